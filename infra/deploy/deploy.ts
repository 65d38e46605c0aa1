import { migrate } from "./migrations.ts";
import { makeRoles } from "./roles.ts";
import { secureTenantRows } from "./row-level-security.ts";
import { registerSchemas } from "./schemas.ts";
import { makeTopics } from "./topics.ts";

export type DeployOptions = {
  /** host:port, comma-separated. */
  readonly kafkaBrokers: string;
  /** Confluent-compatible API of the registry. */
  readonly registryUrl: string;
  /** PostgreSQL as a role that may create schemas and roles. */
  readonly databaseUrl: string;
  /** Put before each topic name. */
  readonly topicPrefix?: string;
  /** Partitions of every topic, for small installations and tests; the topic table's number by default. */
  readonly partitions?: number;
  /** Copies of each partition; 1 by default. */
  readonly replicationFactor?: number;
  /** Whether stand-ins, such as the sandbox's Simon, may log in to PostgreSQL; false by default. */
  readonly hasStandIns?: boolean;
  readonly report?: (line: string) => void;
};

/**
 * Makes everything that the services need and that is not there yet: topics, schemas with their compatibility, Postgres
 * schemas and tables, one role per service with the grants it needs. Idempotent; several at once do no harm.
 * @throws Failure DEPLOY_FAILED, KAFKA_UNAVAILABLE, or what pg throws
 */
export async function deploy(options: DeployOptions): Promise<void> {
  const report = options.report ?? (() => {});
  const topicPrefix = options.topicPrefix ?? "";
  await Promise.all([
    makeTopics({ ...options, topicPrefix, report }),
    registerSchemas({ registryUrl: options.registryUrl, topicPrefix, report }),
    (async () => {
      await makeRoles(options.databaseUrl, { hasStandIns: options.hasStandIns ?? false });
      await migrate({ databaseUrl: options.databaseUrl, report });
      await secureTenantRows(options.databaseUrl);
    })(),
  ]);
}
