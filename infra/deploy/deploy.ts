import type { KafkaConfig } from "../../services/shared/kafka/client.ts";
import type { RegistryConfig } from "../../services/shared/registry-access.ts";
import { refuseRaiseBesideOlder } from "./contract.ts";
import { migrate } from "./migrations.ts";
import { makeRoles } from "./roles.ts";
import { secureTenantRows } from "./row-level-security.ts";
import { registerSchemas } from "./schemas.ts";
import { makeTopics } from "./topics.ts";

export type DeployOptions = {
  /** Where topics and schemas go, and how to get in. */
  readonly config: KafkaConfig & RegistryConfig;
  /** PostgreSQL as a role that may create schemas and roles. */
  readonly databaseUrl: string;
  /** Partitions of every topic, for small installations and tests; the topic table's number by default. */
  readonly partitions?: number;
  /** How many partitions topics that are there shall have, by their names without prefix: a multiple of what they have. */
  readonly raiseTo?: ReadonlyMap<string, number>;
  /** Copies of each partition; 1 by default. */
  readonly replicationFactor?: number;
  /** Copies that have to have a record before it counts as written; the broker's own setting by default. */
  readonly minInSyncReplicas?: number;
  /** Whether topics may be set to keep less than they keep today. */
  readonly letsGoOfRecords?: boolean;
  /** Whether each service's principal is given its rights in Kafka. */
  readonly givesRights?: boolean;
  /** Whether stand-ins, such as the sandbox's Simon, may log in to PostgreSQL; false by default. */
  readonly hasStandIns?: boolean;
  /** Of roles for which the environment names none, `<ROLE>_PASSWORD`. */
  readonly rolePasswords?: Readonly<Record<string, string>>;
  readonly report?: (line: string) => void;
};

/**
 * Makes everything that the services need and that is not there yet: topics, schemas with their compatibility, Postgres
 * schemas and tables, one role per service with the grants it needs. Idempotent; several at once do no harm.
 * @throws Failure DEPLOY_FAILED, KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED, REGISTRY_ACCESS_REFUSED, or what pg throws
 */
export async function deploy(options: DeployOptions): Promise<void> {
  const report = options.report ?? (() => {});
  const inPostgres = async (): Promise<void> => {
    await makeRoles(options.databaseUrl, {
      environment: { ...options.rolePasswords, ...process.env },
      hasStandIns: options.hasStandIns ?? false,
    });
    await migrate({ databaseUrl: options.databaseUrl, report });
    await secureTenantRows(options.databaseUrl, report);
  };
  // Whoever reads a partition that is new needs what the migrations bring.
  const migrated = inPostgres();
  const mayRaise = options.raiseTo === undefined || options.raiseTo.size === 0 ? undefined : migrated;
  await Promise.all([
    migrated,
    registerSchemas({ config: options.config, report }),
    (async () => {
      await mayRaise;
      await refuseRaiseBesideOlder(options.databaseUrl, options.raiseTo);
      await makeTopics({ ...options, report });
    })(),
  ]);
}
