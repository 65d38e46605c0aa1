import { release as systemRelease } from "node:os";
import { TOPICS } from "../../../schemas/topics.ts";
import type { Environment } from "../../../services/shared/config.ts";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { type KafkaClient, partitionCounts } from "../../../services/shared/kafka/client.ts";
import type { Pool } from "../../../services/shared/postgres.ts";
import { RELEASE } from "../../../services/shared/release.ts";
import { readLags } from "../status-report.ts";
import {
  codesOfADay,
  latestDeadLetters,
  latestMessages,
  latestOperations,
  troubledTenants,
} from "./error-queries.ts";
import { shownSettings } from "./shown-settings.ts";
import { countInstances, countStates, describePostgres, latestMigrations } from "./state-queries.ts";
import type { TenantNumbers } from "./tenant-numbers.ts";

/** Grows when a reader of bundles has to know. */
const FORMAT = 1;

export type BundleSources = {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly environment: Environment;
  readonly tenants: TenantNumbers;
  readonly now: Date;
};

/** A part that could not be read: the code of what failed, and nothing of its text, which may name hosts. */
type Unavailable = { readonly unavailable: string };

/**
 * What an engineer asks first, as JSON. What cannot be read is left out and says so: a bundle is needed most while something is down.
 * @param sources.tenants gets the tenants that are spoken of
 */
export async function readBundle({ pool, kafka, environment, tenants, now }: BundleSources): Promise<object> {
  return {
    format: FORMAT,
    madeAt: now.toISOString(),
    versions: {
      tool: RELEASE,
      node: process.version,
      system: `${process.platform} ${process.arch} ${systemRelease()}`,
      instances: await part(() => countInstances(pool)),
      migrations: await part(() => latestMigrations(pool)),
    },
    settingsOfTool: shownSettings(environment),
    postgres: await part(() => describePostgres(pool)),
    kafka: {
      partitions: await part(() => readPartitions(kafka)),
      lag: await part(() => readLags(pool, kafka)),
    },
    states: await part(() => countStates(pool)),
    troubledTenants: await part(() => troubledTenants(pool, tenants)),
    errors: {
      messages: await part(() => latestMessages(pool, tenants)),
      codesOfADay: await part(() => codesOfADay(pool)),
      deadLetters: await part(() => latestDeadLetters(pool)),
      operations: await part(() => latestOperations(pool)),
    },
  };
}

/** Partitions of each topic, by its name without what the installation puts before it. */
async function readPartitions(kafka: KafkaClient): Promise<Readonly<Record<string, number>>> {
  const names = Object.values(TOPICS).map(({ name }) => name);
  const counts = await partitionCounts(
    kafka,
    names.map((name) => kafka.topicPrefix + name),
  );
  return Object.fromEntries(names.map((name) => [name, counts.get(kafka.topicPrefix + name) ?? 0]));
}

async function part<T>(read: () => Promise<T>): Promise<T | Unavailable> {
  try {
    return await read();
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return { unavailable: code };
  }
}

/** The code of a Failure, of PostgreSQL (SQLSTATE) or of Node; null for what is a mistake of ours. */
function codeOf(error: unknown): string | null {
  if (error instanceof Failure) return error.code;
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string" && /^[A-Z0-9_]{3,40}$/.test(error.code))
    return error.code;
  // pg has no code for a connection that ended or did not come in time.
  return /connection|timeout/i.test(error.message) ? "CONNECTION" : null;
}
