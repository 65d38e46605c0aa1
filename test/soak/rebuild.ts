import { deploy } from "../../infra/deploy/deploy.ts";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { pipelineConfig } from "../../infra/local/stack/pipeline-config.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { KafkaClient } from "../../services/shared/kafka/client.ts";
import { lagInPostgres } from "../../services/shared/kafka/lag.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { databaseUrlOf } from "../../services/shared/postgres-access.ts";
import { until } from "../support/until.ts";
import type { OwnStack } from "./own-stack.ts";

const PROJECTOR = "simon-projector";
const REBUILT = "rebuilt";
const CATCHES_UP_WITHIN_MS = 600_000;
/** What the projector makes of topics, with the columns of each row's key. */
const TABLES = {
  customers: ["tenant_id", "customer_id"],
  articles: ["tenant_id", "article_id"],
  workorder_outcomes: ["tenant_id", "workorder_id"],
  tenant_epochs: ["tenant_id"],
} as const;
/** When a row was written, which no rebuild repeats. */
const NOT_COMPARED = "updated_at";

/**
 * Waits until the projector has read everything that is on its topics, its own repairs included: one that it put there with
 * the last record it read is behind the end that the first look saw, and not behind the one that the second look sees.
 */
export async function projectorCatchesUp(kafka: KafkaClient, pool: Pool): Promise<void> {
  const topics = [TOPICS.customerChanged, TOPICS.articleChanged, TOPICS.orderSettled].map(({ name }) => name);
  const hasReadAll = async (): Promise<boolean> =>
    (await lagInPostgres({ kafka, pool, group: PROJECTOR, table: "simon.positions", topics })).lag === 0;
  await until(
    "the projector to catch up",
    async () => (await hasReadAll()) && (await hasReadAll()),
    CATCHES_UP_WITHIN_MS,
  );
}

/**
 * Builds Simon's tables a second time, from the topics, in a database of its own.
 * @returns rows that are not the same there, one line each
 */
export async function rebuildDifferences(
  own: OwnStack,
  kafka: KafkaClient,
  projector: SupervisedProcess,
): Promise<readonly string[]> {
  await projector.stop();
  await own.pool.query(`create database ${REBUILT}`);
  const url = new URL(own.stack.databaseUrl);
  url.pathname = `/${REBUILT}`;
  await deploy({ config: pipelineConfig(own.stack), databaseUrl: url.href });
  const rebuilt = createPool({ url: url.href, size: 2, applicationName: "soak" });
  try {
    await own.startService(PROJECTOR, "simon-projector-rebuild", {
      DATABASE_URL: databaseUrlOf(PROJECTOR, url.href, own.stack.rolePasswords),
    });
    await projectorCatchesUp(kafka, rebuilt);
    const differences = await Promise.all(
      Object.entries(TABLES).map(async ([table, key]) =>
        differencesOf(table, await rowsOf(own.pool, table, key), await rowsOf(rebuilt, table, key)),
      ),
    );
    return differences.flat();
  } finally {
    await rebuilt.end();
  }
}

async function rowsOf(
  pool: Pool,
  table: string,
  key: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ key: string; row: string }>(
    `select concat_ws('/', ${key.join(", ")}) as key, (to_jsonb(t) - '${NOT_COMPARED}')::text as row
     from simon.${table} t`,
  );
  return new Map(rows.map(({ key: of, row }) => [of, row]));
}

function differencesOf(
  table: string,
  had: ReadonlyMap<string, string>,
  got: ReadonlyMap<string, string>,
): readonly string[] {
  const keys = [...new Set([...had.keys(), ...got.keys()])];
  return keys
    .filter((key) => had.get(key) !== got.get(key))
    .map((key) => `M16: a rebuild of simon.${table} gives ${key} as ${got.get(key)}, it was ${had.get(key)}`);
}
