import { percentile } from "../../soak/figures.ts";
import { cpuOf, cpuOfTree, forgetPeak, peakMegabytes, pidOf } from "../cpu.ts";
import { describeMachine, median, spreadOf } from "../figures.ts";
import { probe } from "../probes.ts";
import { FIRST_CUSTOMER } from "./list-rows.ts";
import {
  databaseNow,
  fleetOf,
  makeDue,
  type PolledFleet,
  readSince,
  startPolledFleet,
} from "./polled-fleet.ts";

export type PollerLoadBench = {
  /** Customers of the large tenant. */
  readonly rows: number;
  /** How long the others are looked at while nothing else happens. */
  readonly seconds: number;
  readonly rounds: number;
  readonly report: (line: string) => void;
};

export type PollerLoadResult = {
  readonly bench: "poller-load";
  readonly rows: number;
  /** From the moment at which the large tenant is due to the end of its list; median. */
  readonly seconds: number;
  /** Of the poller's process. */
  readonly peakMemoryMb: number;
  /** 99th percentile from a change in Unit4, of a tenant that becomes due then, to its row in Simon; medians. */
  readonly othersQuietP99Ms: number;
  readonly othersP99Ms: number;
};

const [LARGE, OTHERS] = ["large", "other"];
const OTHER_TENANTS = 50;
const ROWS_OF_OTHERS = 200;
const PROBE_EVERY_MS = 200;

/**
 * A tenant of a million rows, all of them new, beside others who change one row now and then: what it takes, and what the others
 * notice. After the first round all rows of the large tenant change.
 */
export async function benchPollerLoad(options: PollerLoadBench): Promise<PollerLoadResult> {
  const { rows, seconds, rounds, report } = options;
  report(await describeMachine());
  const fleet = await startPolledFleet({ report });
  try {
    const [large] = fleetOf(LARGE, 1);
    if (large === undefined) throw new Error("the bench needs a large tenant");
    await fleet.show("*", { customers: ROWS_OF_OTHERS, articles: ROWS_OF_OTHERS });
    await fleet.show(large.database, { customers: 1 });
    await fleet.connect([large, ...fleetOf(OTHERS, OTHER_TENANTS)]);
    await fleet.own.startService("simon-projector", "simon-projector");
    const begin = await databaseNow(fleet);
    const poller = await fleet.startPoller("unit4-poller");
    await readSince(fleet, { prefix: OTHERS, count: OTHER_TENANTS }, begin);
    await readSince(fleet, { prefix: LARGE, count: 1 }, begin);
    await forgetPeak(pidOf(poller));

    const seen: { readonly seconds: number; readonly quiet: number; readonly crowded: number }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const quietEnd = performance.now() + 1_000 * seconds;
      const quiet = percentile(await probeOthers(fleet, () => performance.now() < quietEnd), 0.99);
      const [process, postgres] = [pidOf(poller), pidOf(fleet.own.primary())];
      const before = { cpu: await cpuOf(process), postgres: await cpuOfTree(postgres) };
      await fleet.show(large.database, { customers: rows, generation: round });
      const due = await databaseNow(fleet);
      const startedAt = performance.now();
      await makeDue(fleet, LARGE);
      let tookMs = 0;
      const reading = readSince(fleet, { prefix: LARGE, count: 1 }, due).then(() => {
        tookMs = performance.now() - startedAt;
      });
      const [times] = await Promise.all([probeOthers(fleet, () => tookMs === 0), reading]);
      const perMillion = (cpu: number): string => ((1_000_000 * cpu) / rows).toFixed(1);
      const one = { seconds: tookMs / 1_000, quiet, crowded: percentile(times, 0.99) };
      report(
        `round ${round}: ${one.seconds.toFixed(1)} s, CPU-s per million ${perMillion((await cpuOf(process)) - before.cpu)} + ${perMillion((await cpuOfTree(postgres)) - before.postgres)} PostgreSQL, others ${one.crowded} ms of ${times.length}, ${quiet} ms in quiet times; at most ${await peakMegabytes(process)} MB so far`,
      );
      seen.push(one);
    }
    const [took, quiet, crowded] = (["seconds", "quiet", "crowded"] as const).map((of) =>
      seen.map((one) => one[of]),
    );
    report(
      `others ${median(seen.map((one) => one.crowded / one.quiet)).toFixed(2)} × quiet (${spreadOf(seen.map((one) => one.crowded / one.quiet))})`,
    );
    return {
      bench: "poller-load",
      rows,
      seconds: Math.round(10 * median(took ?? [])) / 10,
      peakMemoryMb: await peakMegabytes(pidOf(poller)),
      othersQuietP99Ms: median(quiet ?? []),
      othersP99Ms: median(crowded ?? []),
    };
  } finally {
    await fleet.stop();
  }
}

/** Changes the name of a customer of one of the others, lets that tenant be due, and waits for the name in Simon. */
function probeOthers(fleet: PolledFleet, goesOn: () => boolean): Promise<readonly number[]> {
  const others = fleetOf(OTHERS, OTHER_TENANTS);
  return probe({
    everyMs: PROBE_EVERY_MS,
    goesOn,
    send: async (mark, number) => {
      const tenant = others[number % others.length];
      if (tenant === undefined) return;
      await fleet.show(tenant.database, { customers: ROWS_OF_OTHERS, articles: ROWS_OF_OTHERS, mark });
      await makeDue(fleet, tenant.tenantId);
    },
    arrived: async (marks) => {
      const { rows } = await fleet.own.pool.query<{ name: string }>(
        "select name from simon.customers where tenant_id = any($1) and customer_id = $2 and name ^@ 'probe-'",
        [others.map(({ tenantId }) => tenantId), FIRST_CUSTOMER],
      );
      const names = rows.map(({ name }) => name);
      return marks.filter((mark) => names.some((name) => isAsNew(name, mark)));
    },
  });
}

/** Whether a name is the mark, or a later one of the same tenant, which may have overtaken it in Unit4. */
function isAsNew(name: string, mark: string): boolean {
  const cut = mark.lastIndexOf("-") + 1;
  if (!name.startsWith(mark.slice(0, cut))) return false;
  const later = Number(name.slice(cut)) - Number(mark.slice(cut));
  return later >= 0 && later % OTHER_TENANTS === 0;
}
