import { fileURLToPath } from "node:url";
import type { Pool } from "../../../services/shared/postgres.ts";
import { percentile } from "../../soak/figures.ts";
import { type OwnStack, startOwnStack } from "../../soak/own-stack.ts";
import { customerChanged } from "../../support/records.ts";
import { type BenchChild, startChild } from "../child.ts";
import { cpuOf, cpuOfTree, peakMegabytes, pidOf } from "../cpu.ts";
import { describeMachine, median, spreadOf } from "../figures.ts";
import { probe } from "../probes.ts";
import {
  type ChangeTopic,
  createChangeTopic,
  customerOf,
  KNOWN_CUSTOMERS,
  updatedKey,
} from "./change-topic.ts";
import { type LimitProcess, startLimitClient } from "./limit-process.ts";
import type { LoadAnswer, LoadCommand } from "./update-load.ts";

export type FreshnessBench = {
  /** Of the load; null for half of what the limit client takes in the same run. */
  readonly perSecond: number | null;
  /** How long each round lasts. */
  readonly seconds: number;
  readonly rounds: number;
  /** Records by which the limit client is measured. */
  readonly records: number;
  readonly report: (line: string) => void;
};

export type FreshnessResult = {
  readonly bench: "freshness";
  /** Changes a second beside which it was measured. */
  readonly perSecond: number;
  /** From the moment a change is seen to its row in Simon; medians of the rounds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
};

const PROBE_EVERY_MS = 50;
/** Enough that some are in each partition. */
const PROBE_TENANTS = 200;
const LIMIT_READINGS = 3;

/**
 * Change seen → row in Simon, at a steady load of updates: by default half of the rate at which the limit client takes the same
 * updates. Changes are published as the poller does it; single ones of other tenants are timed, from before they are published to
 * the moment at which their row is there for others.
 */
export async function benchFreshness(options: FreshnessBench): Promise<FreshnessResult> {
  const { report } = options;
  report(await describeMachine());
  const own = await startOwnStack({
    ...{ tenants: 1, tokenSeconds: 3_600, latencyMs: 0, report },
    environment: { NODE_OPTIONS: process.env["BENCH_NODE_OPTIONS"] ?? "" },
  });
  try {
    const topic = await createChangeTopic(own.stack);
    const limit = await startLimitClient(own);
    const aim = options.perSecond ?? (await halfOfLimit(limit, topic, options));
    limit.stop();
    const load = await startLoad(own);
    report(`${aim} changes a second for ${options.seconds} s, ${options.rounds} times`);
    const projector = await own.startService("simon-projector", "simon-projector");

    let revision = 1 + options.records;
    const seen: { readonly perSecond: number; readonly p50: number; readonly p99: number }[] = [];
    for (let round = 0; round <= options.rounds; round += 1) {
      const [pid, postgres] = [pidOf(projector), pidOf(own.primary())];
      const before = { cpu: await cpuOf(pid), postgres: await cpuOfTree(postgres) };
      let isOver = false;
      const command = { perSecond: aim, seconds: options.seconds, revision };
      const loading = load.ask(command).finally(() => {
        isOver = true;
      });
      const [{ perSecond, sent }, times] = await Promise.all([
        loading,
        probeRows(own.pool, topic, () => !isOver),
      ]);
      revision += sent;
      const one = { perSecond, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
      const perMillion = (cpu: number): string => ((1_000_000 * cpu) / (sent + times.length)).toFixed(1);
      report(
        `${round === 0 ? "warm-up" : `round ${round}`}: ${perSecond} a second, p50 ${one.p50} ms, p99 ${one.p99} ms of ${times.length}; CPU-s per million ${perMillion((await cpuOf(pid)) - before.cpu)} + ${perMillion((await cpuOfTree(postgres)) - before.postgres)} PostgreSQL`,
      );
      if (round > 0) seen.push(one);
    }
    report(
      `p99 ${spreadOf(seen.map(({ p99 }) => p99))} ms; projector at most ${await peakMegabytes(pidOf(projector))} MB`,
    );
    load.stop();
    await topic.close();
    return {
      bench: "freshness",
      perSecond: median(seen.map(({ perSecond }) => perSecond)),
      p50Ms: median(seen.map(({ p50 }) => p50)),
      p99Ms: median(seen.map(({ p99 }) => p99)),
    };
  } finally {
    await own.stop(false);
  }
}

const startLoad = ({ stack }: OwnStack): Promise<BenchChild<LoadCommand, LoadAnswer>> =>
  startChild(fileURLToPath(new URL("update-load.ts", import.meta.url)), {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.registryUrl,
  });

/** Half of the changes a second that the limit client takes, the first reading of which only warms up. */
async function halfOfLimit(
  limit: LimitProcess,
  topic: ChangeTopic,
  { records, report }: FreshnessBench,
): Promise<number> {
  const stretch = await topic.publish(records, (index) =>
    topic.change(customerOf(updatedKey(index, KNOWN_CUSTOMERS), index + 1)),
  );
  const rates: number[] = [];
  for (let reading = 0; reading <= LIMIT_READINGS; reading += 1) {
    const { ms } = await limit.ask({ kind: "read", stretch });
    if (reading > 0) rates.push((1_000 * records) / ms);
  }
  report(`the limit client takes ${Math.round(median(rates))} a second (${spreadOf(rates)})`);
  return Math.round(median(rates) / 2);
}

/** Single changes of tenants of their own; each is a new customer, named by its mark. */
const probeRows = (pool: Pool, topic: ChangeTopic, goesOn: () => boolean): Promise<readonly number[]> =>
  probe({
    everyMs: PROBE_EVERY_MS,
    goesOn,
    send: (mark, number) =>
      topic.send([topic.change(customerChanged(tenantOf(number), mark, { observedAt: Date.now() }))]),
    arrived: async (marks) => {
      const { rows } = await pool.query<{ mark: string }>(
        `select customer_id as mark from simon.customers
         join unnest($1::text[], $2::text[]) sent (tenant_id, customer_id) using (tenant_id, customer_id)`,
        [marks.map((mark) => tenantOf(Number(mark.slice(mark.lastIndexOf("-") + 1)))), marks],
      );
      return rows.map(({ mark }) => mark);
    },
  });

const tenantOf = (number: number): string => `probed-${String(number % PROBE_TENANTS).padStart(3, "0")}`;
