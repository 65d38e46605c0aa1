import { join } from "node:path";
import { readSandbox } from "../soak/collect.ts";
import { percentile } from "../soak/figures.ts";
import { type OwnStack, startOwnStack } from "../soak/own-stack.ts";
import { until } from "../support/until.ts";
import { type Archiving, createArchiving, fillSimon } from "./archiving.ts";

export type OrderBench = {
  readonly seconds: number;
  /** Orders that the large tenant sends at once. */
  readonly burst: number;
  readonly report: (line: string) => void;
};

export type OrderBenchResult = {
  readonly bench: "orders";
  /** Orders stored in Unit4 a second, under steady load. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The small tenant's, alone and beside the burst. */
  readonly quietP99Ms: number;
  readonly crowdedP99Ms: number;
};

const PER_SECOND = 50;
/** Each with a lane of its own: one order takes an API call of 50 ms and some statements. */
const TENANTS = 32;
const UNIT4_LATENCY_MS = 50;
const SMALL_PER_SECOND = 2;
/** Enough orders of the small tenant for a 99th percentile, and no longer than the burst lasts. */
const MOST_SMALL_SECONDS = 100;
const WARM_UP_ORDERS = 10 * TENANTS;
const DRAINED_WITHIN_MS = 60_000;

/**
 * Archived → order in Unit4, through workorder-archived and order-writer with their own settings: from the event's
 * archivedAt to the moment at which the emulated Unit4 stored the order.
 */
export async function benchOrders(options: OrderBench): Promise<OrderBenchResult> {
  const own = await startOwnStack({
    tenants: TENANTS,
    tokenSeconds: 3_600,
    latencyMs: UNIT4_LATENCY_MS,
    environment: {},
    report: options.report,
  });
  try {
    await fillSimon(own);
    await Promise.all(
      ["workorder-archived", "order-writer"].map((service) => own.startService(service, service)),
    );
    return await measure(options, own);
  } finally {
    await own.stop(false);
  }
}

async function measure({ seconds, burst, report }: OrderBench, own: OwnStack): Promise<OrderBenchResult> {
  const archiving = await createArchiving(own);
  const [small, large, ...others] = own.tenants;
  if (small === undefined || large === undefined) throw new Error("the bench needs two tenants and more");
  try {
    await phase(own, archiving, { prefix: "warm", count: WARM_UP_ORDERS, perSecond: PER_SECOND });
    report(`${PER_SECOND} orders a second for ${seconds} s`);
    const count = seconds * PER_SECOND;
    await phase(own, archiving, { prefix: "steady", count, perSecond: PER_SECOND, tenants: others });

    const smallCount = Math.min(MOST_SMALL_SECONDS, seconds) * SMALL_PER_SECOND;
    const ofSmall = { count: smallCount, perSecond: SMALL_PER_SECOND, tenants: [small] };
    report(`a small tenant alone, ${smallCount} orders`);
    await phase(own, archiving, { prefix: "quiet", ...ofSmall });
    report(`the same beside ${burst} orders of another tenant`);
    await archiving.atOnce("burst", large, burst);
    await phase(own, archiving, { prefix: "crowded", ...ofSmall });
  } finally {
    await archiving.close();
  }
  const { figuresOf } = await readLatencies(own);
  const steady = figuresOf("steady");
  return {
    bench: "orders",
    perSecond: steady.perSecond,
    p50Ms: percentile(steady.latencies, 0.5),
    p99Ms: percentile(steady.latencies, 0.99),
    quietP99Ms: percentile(figuresOf("quiet").latencies, 0.99),
    crowdedP99Ms: percentile(figuresOf("crowded").latencies, 0.99),
  };
}

/** Archives steadily and waits until all of it is written. */
async function phase(
  own: OwnStack,
  archiving: Archiving,
  plan: {
    readonly prefix: string;
    readonly count: number;
    readonly perSecond: number;
    readonly tenants?: OwnStack["tenants"];
  },
): Promise<void> {
  await archiving.steadily({ tenants: own.tenants, ...plan });
  await until(
    `${plan.count} orders of ${plan.prefix}`,
    async () => {
      const { rows } = await own.pool.query<{ count: number }>(
        "select count(*) as count from order_writer.orders where workorder_id like $1 and state = 'written'",
        [`${plan.prefix}-%`],
      );
      return rows[0]?.count === plan.count;
    },
    DRAINED_WITHIN_MS,
  );
}

/** From the archived event's time in the ledger to the commit in the sandbox's audit. */
async function readLatencies(own: OwnStack) {
  const { rows } = await own.pool.query<{ workorderId: string; reference: string; archivedAtMs: number }>(
    `select workorder_id as "workorderId", reference, (extract(epoch from archived_at) * 1000)::float8 as "archivedAtMs"
     from order_writer.orders`,
  );
  const { commits } = await readSandbox(join(own.dataDir, "multivers"));
  const storedAt = new Map(commits.map(({ reference, atMs }) => [reference, atMs]));
  return {
    figuresOf: (prefix: string) => {
      const seen = rows
        .filter(({ workorderId }) => workorderId.startsWith(`${prefix}-`))
        .flatMap(({ reference, archivedAtMs }) => {
          const atMs = storedAt.get(reference);
          return atMs === undefined ? [] : [{ archivedAtMs, atMs }];
        });
      const from = seen.reduce((least, { archivedAtMs }) => Math.min(least, archivedAtMs), Infinity);
      const to = seen.reduce((most, { atMs }) => Math.max(most, atMs), 0);
      return {
        perSecond: Math.round((seen.length * 10_000) / (to - from)) / 10,
        latencies: seen
          .map(({ archivedAtMs, atMs }) => Math.round(atMs - archivedAtMs))
          .sort((a, b) => a - b),
      };
    },
  };
}
