import { fileURLToPath } from "node:url";
import type { SupervisedProcess } from "../../../infra/local/processes/supervised-process.ts";
import { type BenchChild, startChild } from "../child.ts";
import { cpuOf, cpuOfTree, forgetPeak, peakMegabytes, pidOf } from "../cpu.ts";
import { describeMachine, median, spreadOf } from "../figures.ts";
import type { BareAnswer, BareCommand } from "./bare-client.ts";
import {
  copySnapshots,
  databaseNow,
  fleetOf,
  makeDue,
  type PolledFleet,
  readSince,
  startPolledFleet,
} from "./polled-fleet.ts";

export type PollerIdleBench = {
  readonly tenants: number;
  /** In each of the two lists of a tenant. */
  readonly rows: number;
  readonly rounds: number;
  readonly report: (line: string) => void;
};

export type PollerIdleResult = {
  readonly bench: "poller-idle";
  readonly tenants: number;
  readonly lists: number;
  readonly rowsPerList: number;
  /** From the moment at which all were due to the end of the last; median. */
  readonly seconds: number;
  /** Of the poller's process, median. */
  readonly cpuMsPerList: number;
  readonly peakMemoryMb: number;
};

const PREFIX = "idle";
const LISTS_OF_ONE = 2;
/** As many as the poller polls at a time by default. */
const AT_ONCE = 16;
const PAGE_ROWS = 1_000;

/**
 * What it costs to see that nothing changed: all tenants are due at once and no list differs. In each round a bare client, which
 * reads and hashes the same lists in a process of its own, takes its turn.
 */
export async function benchPollerIdle(options: PollerIdleBench): Promise<PollerIdleResult> {
  const { tenants, rows, rounds, report } = options;
  report(await describeMachine());
  const fleet = await startPolledFleet({ report });
  const bare = await startChild<BareCommand, BareAnswer>(
    fileURLToPath(new URL("bare-client.ts", import.meta.url)),
  );
  try {
    await fleet.show("*", { customers: rows, articles: rows });
    const poller = await loadedFleet(fleet, tenants);
    const lists = LISTS_OF_ONE * tenants;
    const seen: Round[] = [];
    await forgetPeak(pidOf(poller));
    for (let round = 0; round <= rounds; round += 1) {
      const one = {
        ...(await pollAll(fleet, poller, tenants)),
        bareCpuMs: await readAll(fleet, bare, tenants),
      };
      report(
        `${round === 0 ? "warm-up" : `round ${round}`}: ${one.seconds.toFixed(1)} s, CPU-ms a list ${(one.cpuMs / lists).toFixed(3)} + ${(one.postgresCpuMs / lists).toFixed(3)} PostgreSQL, bare client ${(one.bareCpuMs / lists).toFixed(3)}; ${one.calls} calls, ${one.mostAtOnce} at most at a time`,
      );
      if (round > 0) seen.push(one);
    }
    const ratios = seen.map(({ cpuMs, bareCpuMs }) => cpuMs / bareCpuMs);
    report(
      `CPU of the poller ${median(ratios).toFixed(2)} × the bare client's (${spreadOf(ratios)}), seconds ${spreadOf(seen.map(({ seconds }) => seconds))}`,
    );
    return {
      bench: "poller-idle",
      tenants,
      lists,
      rowsPerList: rows,
      seconds: Math.round(10 * median(seen.map(({ seconds }) => seconds))) / 10,
      cpuMsPerList: Math.round((1_000 * median(seen.map(({ cpuMs }) => cpuMs))) / lists) / 1_000,
      peakMemoryMb: await peakMegabytes(pidOf(poller)),
    };
  } finally {
    bare.stop();
    await fleet.stop();
  }
}

type Round = {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly postgresCpuMs: number;
  readonly bareCpuMs: number;
};

/** One tenant is read; the others get what was stored of it, and a poller that has just started. */
async function loadedFleet(fleet: PolledFleet, tenants: number): Promise<SupervisedProcess> {
  const [first, ...others] = fleetOf(PREFIX, tenants);
  if (first === undefined) throw new Error("the bench needs a tenant");
  const begin = await databaseNow(fleet);
  await fleet.connect([first]);
  const loader = await fleet.startPoller("loader");
  await readSince(fleet, { prefix: PREFIX, count: 1 }, begin);
  await loader.stop();
  await copySnapshots(fleet, first, others);
  await fleet.connect(others);
  return fleet.startPoller("unit4-poller");
}

async function pollAll(fleet: PolledFleet, poller: SupervisedProcess, tenants: number) {
  const postgres = pidOf(fleet.own.primary());
  const before = { cpu: await cpuOf(pidOf(poller)), postgres: await cpuOfTree(postgres) };
  await fleet.counted();
  const begin = await databaseNow(fleet);
  const startedAt = performance.now();
  await makeDue(fleet, PREFIX);
  await readSince(fleet, { prefix: PREFIX, count: tenants }, begin);
  const { calls, mostAtOnce } = await fleet.counted();
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    cpuMs: 1_000 * ((await cpuOf(pidOf(poller))) - before.cpu),
    postgresCpuMs: 1_000 * ((await cpuOfTree(postgres)) - before.postgres),
    calls,
    mostAtOnce,
  };
}

/** @returns milliseconds of CPU */
async function readAll(
  { origin }: PolledFleet,
  bare: BenchChild<BareCommand, BareAnswer>,
  tenants: number,
): Promise<number> {
  const paths = fleetOf(PREFIX, tenants).flatMap(({ database }) =>
    ["CustomerInfoList", "ProductInfoList"].map(
      (list) => `/V22/api/${database}/${list}?$top=${PAGE_ROWS}&$skip=0`,
    ),
  );
  const before = await cpuOf(bare.pid);
  await bare.ask({ origin, paths, atOnce: AT_ONCE });
  return 1_000 * ((await cpuOf(bare.pid)) - before);
}
