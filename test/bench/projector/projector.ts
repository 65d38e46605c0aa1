import { setTimeout as sleep } from "node:timers/promises";
import type { SupervisedProcess } from "../../../infra/local/processes/supervised-process.ts";
import { patient } from "../../../services/shared/postgres.ts";
import { type OwnStack, startOwnStack } from "../../soak/own-stack.ts";
import { until } from "../../support/until.ts";
import { cpuOf, cpuOfTree, forgetPeak, peakMegabytes, pidOf } from "../cpu.ts";
import { describeMachine, median, spreadOf } from "../figures.ts";
import {
  type ChangeTopic,
  createChangeTopic,
  customerOf,
  type Stretch,
  scattered,
  TOPIC,
  updatedKey,
} from "./change-topic.ts";
import type { LimitCommand } from "./limit-client.ts";
import { type LimitProcess, startLimitClient } from "./limit-process.ts";

export type ProjectorBench = {
  /** Records of the large workloads. */
  readonly records: number;
  readonly rounds: number;
  readonly report: (line: string) => void;
};

/** Medians; CPU in seconds per million records, of the process and of PostgreSQL together unless the name says so. */
type Compared = {
  readonly rowsPerSecond: number;
  readonly cpuPerMillion: number;
  readonly processCpuPerMillion: number;
  readonly limitRowsPerSecond: number;
  readonly limitCpuPerMillion: number;
  readonly limitProcessCpuPerMillion: number;
  readonly floorRowsPerSecond: number;
};

export type ProjectorBenchResult = {
  readonly bench: "projector";
  /** Customers that are all new, into an empty table. */
  readonly w1: Compared;
  /** Updates of known customers, a fifth of them of a few hot ones. */
  readonly w2: Compared;
  /** The updates once more: rows that were other than the newest at any look. */
  readonly w3: { readonly staleRows: number; readonly rowsPerSecond: number };
  /** One record in ten thousand undecodable, or with a character that Postgres refuses. */
  readonly w4: { readonly goodRowsLost: number };
  readonly peakMemoryMb: number;
};

const LOOK_EVERY_MS = 20;
const CAUGHT_UP_WITHIN_MS = 600_000;
/** Updates are of a tenth as many customers. */
const UPDATES_OF_ONE = 10;
const POISON_EVERY = 10_000;

/**
 * simon-projector as `npm start` runs it, beside a client that does as little as can be done (limit-client.ts) and beside
 * PostgreSQL alone, in turns on the same topic and table. Only the ratios mean something elsewhere.
 */
export async function benchProjector(options: ProjectorBench): Promise<ProjectorBenchResult> {
  const { report, records, rounds } = options;
  report(await describeMachine());
  const own = await startOwnStack({
    tenants: 1,
    tokenSeconds: 3_600,
    latencyMs: 0,
    environment: { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] ?? "" },
    report,
  });
  try {
    await own.pool.query("create schema bench");
    const topic = await createChangeTopic(own.stack);
    const projector = await own.startService("simon-projector", "simon-projector");
    const limit = await startLimitClient(own);
    const rig: Rig = { own, topic, projector, limit, report };

    const unique = await publish(rig, "unique customers", records, (index) =>
      customerOf(scattered(index, records), 1),
    );
    const w1 = await compare(rig, { name: "w1", rounds, stretch: unique, begin: emptyTable });

    const keys = Math.floor(records / UPDATES_OF_ONE);
    await publish(rig, "known customers", keys, (index) => customerOf(index, 1));
    await emptyTable(own);
    await take(rig, await publish(rig, "known customers", keys, (index) => customerOf(index, 2)));
    await own.pool.query(patient("create table bench.base as select * from simon.customers"));
    const updates = await publish(rig, "updates", records, (index) =>
      customerOf(updatedKey(index, keys), index + 3),
    );
    const begin = async () => {
      await emptyTable(own);
      await own.pool.query(patient("insert into simon.customers select * from bench.base"));
    };
    const w2 = await compare(rig, { name: "w2", rounds, stretch: updates, begin });
    const w3 = await replayed(rig, updates);
    const goodRowsLost = await poisoned(rig, Math.ceil(records / 5));
    const peakMemoryMb = await peakMegabytes(pidOf(projector));
    limit.stop();
    await topic.close();
    // So that it writes its profile, if it was asked for one.
    await projector.stop();
    return { bench: "projector", w1, w2, w3, w4: { goodRowsLost }, peakMemoryMb };
  } finally {
    await own.stop(false);
  }
}

type Rig = {
  readonly own: OwnStack;
  readonly topic: ChangeTopic;
  readonly projector: SupervisedProcess;
  readonly limit: LimitProcess;
  readonly report: (line: string) => void;
};

/** One reading: rows a second, and CPU-seconds per million records. */
type Reading = {
  readonly rowsPerSecond: number;
  readonly processCpu: number;
  readonly postgresCpu: number;
};

/** Publishes changes, and waits for the projector, which reads along. */
async function publish(
  rig: Rig,
  name: string,
  count: number,
  changeOf: (index: number) => Parameters<ChangeTopic["change"]>[0],
): Promise<Stretch> {
  rig.report(`publishing ${count} ${name}`);
  const stretch = await rig.topic.publish(count, (index) => rig.topic.change(changeOf(index)));
  await caughtUp(rig.own, stretch);
  return stretch;
}

const caughtUp = (own: OwnStack, { to }: Stretch): Promise<unknown> =>
  until("the projector to catch up", async () => (await positionsOf(own)) === sumOf(to), CAUGHT_UP_WITHIN_MS);

/** Rounds of all three in turns, after one that only warms up. */
async function compare(
  rig: Rig,
  plan: {
    readonly name: string;
    readonly rounds: number;
    readonly stretch: Stretch;
    readonly begin: (own: OwnStack) => Promise<void>;
  },
): Promise<Compared> {
  const { own, limit, report } = rig;
  const { stretch, begin, name } = plan;
  await limit.ask({ kind: "prepare", stretch });
  const seen: Record<"projector" | "limit" | "floor", Reading[]> = { projector: [], limit: [], floor: [] };
  for (let round = 0; round <= plan.rounds; round += 1) {
    const readings = {
      floor: await afterwards(begin, own, () => ofLimit(rig, { kind: "write" }, stretch)),
      limit: await afterwards(begin, own, () => ofLimit(rig, { kind: "read", stretch }, stretch)),
      projector: await afterwards(begin, own, () => take(rig, stretch)),
    };
    for (const who of ["projector", "limit", "floor"] as const) {
      const { rowsPerSecond, processCpu, postgresCpu } = readings[who];
      report(
        `${name} ${round === 0 ? "warm-up" : `round ${round}`} ${who}: ${Math.round(rowsPerSecond)} rows/s, CPU-s per million ${processCpu.toFixed(1)} + ${postgresCpu.toFixed(1)} PostgreSQL`,
      );
      if (round > 0) seen[who].push(readings[who]);
    }
  }
  const rows = (who: keyof typeof seen) => seen[who].map(({ rowsPerSecond }) => rowsPerSecond);
  const cpu = (who: keyof typeof seen) =>
    seen[who].map(({ processCpu, postgresCpu }) => processCpu + postgresCpu);
  const own_ = (who: keyof typeof seen) => seen[who].map(({ processCpu }) => processCpu);
  report(
    `${name}: CPU ${(median(cpu("projector")) / median(cpu("limit"))).toFixed(2)} × limit (spread ${spreadOf(cpu("projector"))} and ${spreadOf(cpu("limit"))}), rows/s ${(median(rows("projector")) / median(rows("limit"))).toFixed(2)} × limit, ${(median(rows("projector")) / median(rows("floor"))).toFixed(2)} × floor`,
  );
  const rounded = (values: readonly number[]): number => Math.round(median(values) * 10) / 10;
  return {
    rowsPerSecond: Math.round(median(rows("projector"))),
    cpuPerMillion: rounded(cpu("projector")),
    processCpuPerMillion: rounded(own_("projector")),
    limitRowsPerSecond: Math.round(median(rows("limit"))),
    limitCpuPerMillion: rounded(cpu("limit")),
    limitProcessCpuPerMillion: rounded(own_("limit")),
    floorRowsPerSecond: Math.round(median(rows("floor"))),
  };
}

async function afterwards<T>(
  begin: (own: OwnStack) => Promise<void>,
  own: OwnStack,
  work: () => Promise<T>,
): Promise<T> {
  await begin(own);
  await own.pool.query(patient("vacuum analyze simon.customers"));
  await own.pool.query(patient("checkpoint"));
  return work();
}

const emptyTable = async ({ pool }: OwnStack): Promise<void> => {
  await pool.query(patient("truncate simon.customers"));
};

async function ofLimit({ own, limit }: Rig, command: LimitCommand, { records }: Stretch): Promise<Reading> {
  const before = await cpuNow(own, limit.pid);
  const { ms } = await limit.ask(command);
  return readingOf(before, await cpuNow(own, limit.pid), records, ms);
}

/** The projector takes the stretch, from its first commit to its last; it notices by itself that it was put back. */
async function take({ own, projector }: Rig, stretch: Stretch): Promise<Reading> {
  const pid = pidOf(projector);
  const before = await cpuNow(own, pid);
  await own.pool.query(
    `update simon.positions set next_offset = put.next_offset
     from unnest($1::bigint[]) with ordinality put (next_offset, number)
     where topic = $2 and partition = put.number - 1`,
    [stretch.from, TOPIC],
  );
  await forgetPeak(pid);
  let read = sumOf(stretch.from);
  const begin = read;
  while (read === begin) {
    await sleep(LOOK_EVERY_MS);
    read = await positionsOf(own);
  }
  const startedAt = performance.now();
  const left = sumOf(stretch.to) - read;
  await caughtUp(own, stretch);
  const ms = performance.now() - startedAt;
  // What was fetched before the first commit cost CPU as well.
  const reading = readingOf(before, await cpuNow(own, pid), stretch.records, ms);
  return { ...reading, rowsPerSecond: (1_000 * left) / ms };
}

async function positionsOf({ pool }: OwnStack): Promise<number> {
  const { rows } = await pool.query<{ read: number }>(
    "select sum(next_offset)::float8 as read from simon.positions where topic = $1",
    [TOPIC],
  );
  return rows[0]?.read ?? 0;
}

type Cpu = { readonly process: number; readonly postgres: number };

const cpuNow = async ({ primary }: OwnStack, pid: number): Promise<Cpu> => ({
  process: await cpuOf(pid),
  postgres: await cpuOfTree(pidOf(primary())),
});

const readingOf = (before: Cpu, after: Cpu, records: number, ms: number): Reading => ({
  rowsPerSecond: (1_000 * records) / ms,
  processCpu: (1_000_000 * (after.process - before.process)) / records,
  postgresCpu: (1_000_000 * (after.postgres - before.postgres)) / records,
});

/** W3: the table is as it ends, and everything that led to it comes once more. */
async function replayed(rig: Rig, stretch: Stretch): Promise<ProjectorBenchResult["w3"]> {
  const { pool } = rig.own;
  await pool.query(
    patient(
      "create table bench.final as select tenant_id, customer_id, epoch, revision, record_offset from simon.customers",
    ),
  );
  let staleRows = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await pool.query<{ stale: number }>(
        `select count(*)::int as stale from bench.final
         where not exists (select from simon.customers one
           where one.tenant_id = final.tenant_id and one.customer_id = final.customer_id
             and (one.epoch, one.revision, one.record_offset) = (final.epoch, final.revision, final.record_offset))`,
      );
      staleRows = Math.max(staleRows, rows[0]?.stale ?? 0);
      await sleep(10 * LOOK_EVERY_MS);
    }
  })();
  const { rowsPerSecond } = await take(rig, stretch);
  isOver = true;
  await watching;
  rig.report(`w3: ${staleRows} rows stale at any look, ${Math.round(rowsPerSecond)} rows/s`);
  return { staleRows, rowsPerSecond: Math.round(rowsPerSecond) };
}

/** W4 and W4nul. @returns good rows that did not come over */
async function poisoned(rig: Rig, count: number): Promise<number> {
  const { own, topic, report } = rig;
  const isPoison = (index: number): boolean => index % POISON_EVERY === POISON_EVERY - 1;
  const poison = Math.floor(count / POISON_EVERY);
  let lost = 0;
  for (const [name, good, spoilt] of [
    ["undecodable", count - poison, () => ({ value: Buffer.from("no Avro at all") })],
    [
      "refused character",
      count,
      (index: number) => {
        const change = customerOf(index, 1);
        const customer = change.customer === null ? null : { ...change.customer, name: "De \u0000 Linde" };
        return { value: topic.change({ ...change, customer }).value };
      },
    ],
  ] as const) {
    await emptyTable(own);
    const stretch = await topic.publish(count, (index) => {
      const record = topic.change(customerOf(index, 1));
      return isPoison(index) ? { ...record, ...spoilt(index) } : record;
    });
    await caughtUp(own, stretch);
    const { rows } = await own.pool.query<{ count: number }>(
      "select count(*)::int as count from simon.customers",
    );
    lost += good - (rows[0]?.count ?? 0);
    report(`w4 ${name}: ${rows[0]?.count} of ${good} good rows`);
  }
  return lost;
}

const sumOf = (offsets: readonly number[]): number => offsets.reduce((sum, offset) => sum + offset, 0);
