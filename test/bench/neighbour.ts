import { percentile } from "../soak/figures.ts";
import type { TenantGoods } from "../soak/tenants.ts";
import { until } from "../support/until.ts";
import { type Archiving, createArchiving, fillSimon } from "./archiving.ts";
import { describeMachine, median, spreadOf } from "./figures.ts";
import { FIRST_CUSTOMER } from "./poller/list-rows.ts";
import {
  databaseNow,
  makeDue,
  type PolledFleet,
  readSince,
  startPolledFleet,
} from "./poller/polled-fleet.ts";
import { probe } from "./probes.ts";

export type NeighbourBench = {
  /** Rows that the crowding tenant loads anew. */
  readonly rows: number;
  /** Orders that it sends at the same time. */
  readonly orders: number;
  /** How long the other tenant is looked at in quiet times. */
  readonly seconds: number;
  readonly rounds: number;
  readonly report: (line: string) => void;
};

/** Medians of the rounds: of the other tenant's changes or of its orders, whichever suffers more. */
export type NeighbourResult = {
  readonly bench: "neighbour";
  readonly quietP50Ms: number;
  readonly quietP99Ms: number;
  readonly crowdedP50Ms: number;
  readonly crowdedP99Ms: number;
};

const PROBE_EVERY_MS = 500;
const ORDERED_WITHIN_MS = 3_600_000;
const SERVICES = ["simon-projector", "workorder-archived", "order-writer", "log-sink"] as const;
const KINDS = ["changes", "orders"] as const;

/** What one kind of probe took in quiet and in crowded times, ascending. */
type Seen = { readonly quiet: readonly number[]; readonly crowded: readonly number[] };

/**
 * Two tenants: one loads all its rows anew and sends thousands of orders, and of the other a change in Unit4, and an archived
 * workorder, are timed to the row in Simon and to the written order. Lists come from a server that has nothing else, orders go to the
 * emulated Unit4.
 */
export async function benchNeighbour(options: NeighbourBench): Promise<NeighbourResult> {
  const { rounds, report } = options;
  report(await describeMachine());
  const fleet = await startPolledFleet({ sandboxTenants: 2, report });
  try {
    const [other, large] = fleet.own.tenants;
    if (other === undefined || large === undefined) throw new Error("the bench needs two tenants");
    await fleet.show("*", { customers: 10, articles: 10 });
    await fillSimon(fleet.own);
    await Promise.all(SERVICES.map((service) => fleet.own.startService(service, service)));
    const begin = await databaseNow(fleet);
    await fleet.startPoller("unit4-poller");
    await readSince(fleet, { prefix: "tenant", count: 2 }, begin);
    const archiving = await createArchiving(fleet.own);
    const rig: Rig = { fleet, archiving, other, large };

    const seen: Record<(typeof KINDS)[number], Seen>[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const quietEnd = performance.now() + 1_000 * options.seconds;
      const quiet = await probeBoth(rig, () => performance.now() < quietEnd);
      let isCrowded = true;
      const crowd = crowdIn(rig, { ...options, round }).finally(() => {
        isCrowded = false;
      });
      const [crowded, took] = await Promise.all([probeBoth(rig, () => isCrowded), crowd]);
      for (const kind of KINDS)
        report(
          `${round === 0 ? "warm-up" : `round ${round}`} ${kind}: quiet ${told(quiet[kind])}, crowded ${told(crowded[kind])} while ${took}`,
        );
      if (round > 0)
        seen.push({
          changes: { quiet: quiet.changes, crowded: crowded.changes },
          orders: { quiet: quiet.orders, crowded: crowded.orders },
        });
    }
    await archiving.close();
    const judged = KINDS.map((kind) => judge(seen.map((round) => round[kind])));
    for (const [index, { ratios }] of judged.entries())
      report(`${KINDS[index]}: p99 ${median(ratios).toFixed(2)} × quiet (${spreadOf(ratios)})`);
    const [worse] = judged.sort((a, b) => median(b.ratios) - median(a.ratios));
    if (worse === undefined) throw new Error("nothing was measured");
    return { bench: "neighbour", ...worse.figures };
  } finally {
    await fleet.stop();
  }
}

type Rig = {
  readonly fleet: PolledFleet;
  readonly archiving: Archiving;
  readonly other: TenantGoods;
  readonly large: TenantGoods;
};

const told = (times: readonly number[]): string =>
  `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms of ${times.length}`;

function judge(rounds: readonly Seen[]) {
  const medianOf = (times: (one: Seen) => readonly number[], share: number): number =>
    median(rounds.map((one) => percentile(times(one), share)));
  return {
    ratios: rounds.map(({ quiet, crowded }) => percentile(crowded, 0.99) / percentile(quiet, 0.99)),
    figures: {
      quietP50Ms: medianOf(({ quiet }) => quiet, 0.5),
      quietP99Ms: medianOf(({ quiet }) => quiet, 0.99),
      crowdedP50Ms: medianOf(({ crowded }) => crowded, 0.5),
      crowdedP99Ms: medianOf(({ crowded }) => crowded, 0.99),
    },
  };
}

/** The large tenant's rows all change, and its orders come at once. @returns how long either took, when both are done */
async function crowdIn(
  { fleet, archiving, large }: Rig,
  { rows, orders, round }: NeighbourBench & { readonly round: number },
): Promise<string> {
  const startedAt = performance.now();
  const took = (what: string) => (): string =>
    `${what} took ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  await fleet.show(large.database, { customers: rows, generation: round + 1 });
  const due = await databaseNow(fleet);
  await archiving.atOnce(`crowd-${round}`, large, orders);
  await makeDue(fleet, large.tenantId);
  const done = await Promise.all([
    readSince(fleet, { prefix: large.tenantId, count: 1 }, due).then(took("its rows")),
    ordersWritten(fleet, `crowd-${round}-`, orders).then(took("its orders")),
  ]);
  return done.join(", ");
}

const ordersWritten = (fleet: PolledFleet, prefix: string, count: number): Promise<unknown> =>
  until(
    `${count} orders`,
    async () => {
      const { rows } = await fleet.own.pool.query<{ count: number }>(
        "select count(*)::int as count from order_writer.orders where starts_with(workorder_id, $1) and state = 'written'",
        [prefix],
      );
      return (rows[0]?.count ?? 0) === count;
    },
    ORDERED_WITHIN_MS,
  );

/** Changes and orders of the other tenant, side by side. */
async function probeBoth(
  rig: Rig,
  goesOn: () => boolean,
): Promise<Readonly<Record<(typeof KINDS)[number], readonly number[]>>> {
  const [changes, orders] = await Promise.all([probeChanges(rig, goesOn), probeOrders(rig, goesOn)]);
  return { changes, orders };
}

/** The tenant is due when its list has changed: how long it waits for its interval is a setting. */
const probeChanges = ({ fleet, other }: Rig, goesOn: () => boolean): Promise<readonly number[]> =>
  probe({
    everyMs: PROBE_EVERY_MS,
    goesOn,
    send: async (mark) => {
      await fleet.show(other.database, { customers: 10, articles: 10, mark });
      await makeDue(fleet, other.tenantId);
    },
    arrived: async (marks) => {
      const { rows } = await fleet.own.pool.query<{ name: string }>(
        "select name from simon.customers where tenant_id = $1 and customer_id = $2",
        [other.tenantId, FIRST_CUSTOMER],
      );
      // A change that a later one overtook in Unit4 has arrived with it.
      return marks.slice(0, marks.indexOf(rows[0]?.name ?? "") + 1);
    },
  });

const probeOrders = ({ fleet, archiving, other }: Rig, goesOn: () => boolean): Promise<readonly number[]> =>
  probe({
    everyMs: PROBE_EVERY_MS,
    goesOn,
    send: (mark) => archiving.one(mark, other),
    arrived: async (marks) => {
      const { rows } = await fleet.own.pool.query<{ mark: string }>(
        `select workorder_id as mark from order_writer.orders
         where tenant_id = $1 and workorder_id = any($2) and state = 'written'`,
        [other.tenantId, marks],
      );
      return rows.map(({ mark }) => mark);
    },
  });
