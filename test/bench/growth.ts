import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { listTenants } from "../../services/console/tenants/queries.ts";
import { retryCandidates } from "../../services/console/workorders/retry-queries.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { startOwnStack } from "../soak/own-stack.ts";
import { freePort } from "../support/free-port.ts";
import { growFleet, ORDERS_A_TENANT } from "../support/growing-fleet.ts";
import { grownBy } from "../support/growth-reasons.ts";
import { type StatementRun, watchStatements } from "../support/statement-plans.ts";
import { until } from "../support/until.ts";
import { median } from "./figures.ts";
import { consoleEnvironment } from "./people.ts";

export type GrowthBench = {
  /** Of the smallest fleet; the others have ten and a hundred times as many. */
  readonly tenants: number;
  /** How long each fleet is looked at. */
  readonly seconds: number;
  readonly report: (line: string) => void;
};

/** What a fleet of one size costs while nothing happens. */
type GrowthSize = {
  readonly tenants: number;
  /** Of all tables. */
  readonly rows: number;
  /** Orders that were written, each of them an event on two topics. */
  readonly events: number;
  /** Time of the database that one process of each service takes, in milliseconds a second. */
  readonly databaseMsPerSecond: number;
  readonly bytesPerTenant: number;
  readonly bytesPerOrder: number;
};

type StatementGrowth = {
  readonly statement: string;
  /** For each size: median time and blocks of 8 kB, and how often it ran in a minute. */
  readonly ms: readonly number[];
  readonly buffers: readonly number[];
  readonly runsPerMinute: readonly number[];
  /** The largest step from one size to the next, in blocks. */
  readonly growth: number;
  /** Why it may grow; null where nobody has said so. */
  readonly reason: string | null;
};

export type GrowthBenchResult = {
  readonly bench: "growth";
  readonly sizes: readonly GrowthSize[];
  readonly statements: readonly StatementGrowth[];
  /** Statements that grow without a reason. */
  readonly grown: readonly string[];
};

const SERVICES = [
  "unit4-poller",
  "order-writer",
  "simon-projector",
  "workorder-archived",
  "log-sink",
  "console",
] as const;
/** A step of ten in size may cost one more level of each index, which is a block for each row that is looked up. */
const MOST_GROWTH = 1.5;
const FEW_BLOCKS = 8;
const PERSON_ASKS = 5;

/** What each statement that services run of themselves, and the two that people wait for, costs as the fleet grows tenfold and again. */
export async function benchGrowth({ tenants, seconds, report }: GrowthBench): Promise<GrowthBenchResult> {
  const own = await startOwnStack({
    ...{ tenants: 1, tokenSeconds: 3_600, latencyMs: 0, report },
    environment: consoleEnvironment(await freePort()),
  });
  try {
    const watch = await watchStatements(own.pool, join(own.dataDir, "logs/postgres.log"));
    for (const service of SERVICES) await own.startService(service, service);
    const fleets: { readonly size: GrowthSize; readonly runs: readonly StatementRun[] }[] = [];
    let from = 0;
    for (const to of [tenants, 10 * tenants, 100 * tenants]) {
      report(`${to} tenants …`);
      await growFleet(own.pool, { from, to });
      await untilQuiet(own.pool);
      await watch.runs();
      await setTimeout(seconds * 1_000);
      const runs = await watch.runs();
      const size = await sizeOf(own.pool, to, runs, seconds);
      await askAsPeople(own.pool);
      fleets.push({ size, runs: [...runs, ...(await watch.runs())] });
      from = to;
    }
    const statements = growthOf(
      fleets.map(({ runs }) => runs),
      seconds,
    );
    const grown = statements
      .filter(({ growth, reason }) => growth > MOST_GROWTH && reason === null)
      .map(({ statement }) => statement);
    for (const one of statements)
      report(
        `${one.buffers.join(" / ")} blocks, ${one.ms.join(" / ")} ms  ${one.statement.slice(0, 100)}${one.reason === null ? "" : ` (${one.reason})`}`,
      );
    return { bench: "growth", sizes: fleets.map(({ size }) => size), statements, grown };
  } finally {
    await own.stop(false);
  }
}

/** Until what a fleet brings along that is due and may not be served has been put off. */
const untilQuiet = (pool: Pool): Promise<unknown> =>
  until(
    "the queues to be empty",
    async () => {
      const { rows } = await pool.query<{ due: boolean }>(
        `select exists (select from order_writer.lanes where due_at <= now() - interval '10 seconds')
           or exists (select from unit4_poller.schedules where next_due_at <= now() - interval '10 seconds') as due`,
      );
      return rows[0]?.due === false;
    },
    300_000,
  );

async function askAsPeople(pool: Pool): Promise<void> {
  const choice = { search: "", state: "", problem: "", direction: "asc", page: 1 } as const;
  for (let asked = 0; asked < PERSON_ASKS; asked += 1) {
    await listTenants(pool, { ...choice, sort: "name" });
    await retryCandidates(pool, "g000500", {
      ...{ workorder: "WB-5", cause: null, from: null, to: null },
    });
  }
}

async function sizeOf(
  pool: Pool,
  tenants: number,
  runs: readonly StatementRun[],
  seconds: number,
): Promise<GrowthSize> {
  const { rows } = await pool.query<{ rows: number; all: number; orders: number }>(
    `select sum(n_live_tup)::bigint as rows, sum(pg_total_relation_size(relid))::bigint as all,
       sum(pg_total_relation_size(relid)) filter (where schemaname = 'order_writer' and relname in ('orders', 'attempts'))::bigint
         as orders from pg_stat_user_tables`,
  );
  const [row] = rows;
  const events = tenants * ORDERS_A_TENANT;
  const totalMs = runs.reduce((sum, { ms }) => sum + ms, 0);
  return {
    tenants,
    rows: row?.rows ?? 0,
    events,
    databaseMsPerSecond: rounded(totalMs / seconds),
    bytesPerTenant: Math.round((row?.all ?? 0) / tenants),
    bytesPerOrder: Math.round((row?.orders ?? 0) / events),
  };
}

/** Each statement that ran at all sizes, the one that grows most first. */
function growthOf(sizes: readonly (readonly StatementRun[])[], seconds: number): readonly StatementGrowth[] {
  const bySize = sizes.map((runs) => Map.groupBy(runs, ({ text }) => text));
  return [...(bySize.at(-1)?.keys() ?? [])]
    .filter((text) => bySize.every((runs) => runs.has(text)))
    .map((text) => {
      const runs = bySize.map((one) => one.get(text) ?? []);
      const buffers = runs.map((some) => Math.round(median(some.map((run) => run.buffers))));
      return {
        statement: text.slice(0, 200),
        ms: runs.map((some) => rounded(median(some.map((run) => run.ms)))),
        buffers,
        runsPerMinute: runs.map((some) => rounded((some.length * 60) / seconds)),
        growth: largestStep(buffers),
        reason: grownBy(text),
      };
    })
    .sort((one, other) => other.growth - one.growth);
}

const largestStep = (buffers: readonly number[]): number =>
  Math.max(
    1,
    ...buffers.slice(1).map((after, index) => {
      const before = buffers[index] ?? 0;
      return after - before <= FEW_BLOCKS ? 1 : rounded(after / Math.max(1, before));
    }),
  );

const rounded = (value: number): number => Math.round(value * 100) / 100;
