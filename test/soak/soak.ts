import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { MessageLogged, OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { createAvro } from "../../services/shared/avro.ts";
import { createKafka } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { type Evidence, readAttempts, readLedger } from "../faults/evidence.ts";
import { judgeOutcomes } from "../faults/judge-outcomes.ts";
import { judgeTraffic } from "../faults/judge-traffic.ts";
import { readTopic } from "../support/topic-reader.ts";
import { type Disturbances, startChaos } from "./chaos.ts";
import { leakedTokens, readSandbox } from "./collect.ts";
import { ASKS_FOR_REST, REFUSES_TOKEN, SOAK_TIMES } from "./fault-mix.ts";
import { latenciesMs, longestGapMs, percentile } from "./figures.ts";
import { createHistory, type History } from "./history.ts";
import { runLoad } from "./load.ts";
import { type OwnStack, startOwnStack } from "./own-stack.ts";
import { createSandboxControl } from "./sandbox-control.ts";

export type SoakOptions = {
  readonly orders: number;
  readonly seed: string;
  /** Orders a second. */
  readonly rate: number;
  readonly tenants: number;
  readonly historyPath: string;
  readonly report: (line: string) => void;
};

/** What a soak ends with. */
export type SoakResult = {
  readonly orders: number;
  readonly written: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly unknownLeft: number;
  readonly kills: number;
  readonly faults: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestGapMs: number;
  readonly seconds: number;
  readonly seed: string;
};

/** Short, so that tokens are renewed while all else goes wrong. */
const TOKEN_SECONDS = 30;
const WRITERS = ["order-writer-1", "order-writer-2"] as const;
const REPORT_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** The drain has failed when so long nothing more is settled: longer than any rest, lease and quarantine together. */
const STUCK_AFTER_MS = 120_000;
const MOST_VIOLATIONS_SHOWN = 20;

/**
 * Orders at a steady rate into two order-writers while Unit4 errs, processes are killed or frozen and Kafka and Postgres go
 * down; then everything is healed, what is left is drained, and both sides of the wire are judged.
 */
export async function runSoak(
  options: SoakOptions,
): Promise<{ readonly isSound: boolean; readonly result: SoakResult }> {
  const startedAt = Date.now();
  const history = createHistory(options.historyPath);
  const own = await startOwnStack({
    tenants: options.tenants,
    tokenSeconds: TOKEN_SECONDS,
    latencyMs: 5,
    environment: {
      ORDER_WRITER_SENDING_MS: String(SOAK_TIMES.sending),
      ORDER_WRITER_LEASE_MARGIN_MS: String(SOAK_TIMES.leaseMargin),
      ORDER_WRITER_QUARANTINE_MS: String(SOAK_TIMES.quarantine),
      ORDER_WRITER_LOOKUP_PAUSE_MS: String(SOAK_TIMES.lookupPause),
      KAFKA_SESSION_TIMEOUT_MS: "3000",
      LOG_LEVEL: "info",
    },
    report: options.report,
  });
  let isSound = false;
  try {
    const run = await disturbAndDrain(options, own, history);
    const judged = await judge(own, run);
    noteEnds(history, judged.evidence);
    isSound = judged.violations.length === 0;
    for (const violation of judged.violations.slice(0, MOST_VIOLATIONS_SHOWN)) options.report(violation);
    const latencies = latenciesMs(run.requested, judged.evidence.commits);
    return {
      isSound,
      result: {
        orders: run.requested.length,
        ...judged.outcomes,
        kills: run.disturbances.kills,
        faults: [...run.disturbances.faults.values()].reduce((sum, times) => sum + times, 0),
        p50Ms: percentile(latencies, 0.5),
        p99Ms: percentile(latencies, 0.99),
        longestGapMs: longestGapMs(judged.evidence.commits, run.span),
        seconds: Math.round((Date.now() - startedAt) / 1_000),
        seed: options.seed,
      },
    };
  } finally {
    if (!isSound) options.report(`data and logs stay in ${own.dataDir}`);
    await own.stop(!isSound);
    await history.close();
  }
}

type Run = {
  readonly requested: readonly OrderRequested[];
  readonly disturbances: Disturbances;
  /** While orders came in. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
};

async function disturbAndDrain(options: SoakOptions, own: OwnStack, history: History): Promise<Run> {
  const writers = await Promise.all(WRITERS.map((name) => own.startService("order-writer", name)));
  const { kafka, postgres } = own.parts;
  if (kafka === undefined || postgres === undefined) throw new Error("the soak needs a stack of its own");
  const telemetry = createTelemetry("soak", "silent");
  const client = createKafka({
    brokers: own.stack.kafkaBrokers,
    clientId: "soak",
    topicPrefix: "",
    log: telemetry.log,
  });
  const avro = createAvro({ registryUrl: own.stack.registryUrl, topicPrefix: "", now: Date.now });
  const publisher = await createPublisher(client, createKafkaTelemetry(telemetry, []));
  const { name, schema } = TOPICS.orderRequested;
  const encoder = await avro.encoder<OrderRequested>(name, schema);

  const requested: OrderRequested[] = [];
  const fromMs = Date.now();
  const chaos = startChaos(
    { writers, kafka, postgres, sandbox: createSandboxControl(own.sandboxUrl) },
    options.seed,
    history,
  );
  const progress = startProgress(
    own,
    () => ({ requested: requested.length, ...chaos.soFar }),
    options.report,
  );
  try {
    await runLoad(
      { orders: options.orders, perSecond: options.rate, seed: options.seed, tenants: own.tenants },
      {
        publisher,
        encoder,
        onRequested: (orders) => {
          requested.push(...orders);
          for (const { tenantId, workorderId } of orders) history.note("invoke", { tenantId, workorderId });
        },
      },
    );
    const toMs = Date.now();
    const disturbances = await chaos.heal();
    await drain(own, requested.length);
    return { requested, disturbances, span: { fromMs, toMs } };
  } finally {
    progress.stop();
    await publisher.close();
  }
}

/** Waits until every order is settled and told, or nothing moves any more. */
async function drain(own: OwnStack, count: number): Promise<void> {
  let told = -1;
  for (let movedAt = Date.now(); told < count && Date.now() - movedAt < STUCK_AFTER_MS; ) {
    const now = await countTold(own);
    if (now > told) movedAt = Date.now();
    told = Math.max(told, now);
    await sleep(LOOK_EVERY_MS);
  }
}

async function countTold(own: OwnStack): Promise<number> {
  const { rows } = await own.pool.query<{ count: number }>(
    "select count(*) as count from order_writer.orders where settled_at is not null and published_at is not null",
  );
  return rows[0]?.count ?? 0;
}

function startProgress(
  own: OwnStack,
  soFar: () => Disturbances & { readonly requested: number },
  report: (line: string) => void,
): { stop(): void } {
  const startedAt = Date.now();
  const line = async (): Promise<void> => {
    const { requested, kills, faults } = soFar();
    const settled = await countTold(own).catch(() => "?");
    const struck = [...faults.values()].reduce((sum, times) => sum + times, 0);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    report(`${seconds} s: ${requested} requested, ${settled} settled, ${kills} kills, ${struck} faults`);
  };
  const timer = setInterval(() => void line(), REPORT_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

async function judge(own: OwnStack, run: Run) {
  const evidence = await collectEvidence(own, run);
  const { violations: broken, ...outcomes } = judgeOutcomes(evidence);
  const leaks = await leakedTokens(join(own.dataDir, "multivers"), join(own.dataDir, "logs"));
  const violations = [...broken, ...judgeTraffic(evidence).violations, ...leaks];
  return { evidence, outcomes, violations };
}

async function collectEvidence(own: OwnStack, { requested, disturbances }: Run): Promise<Evidence> {
  const telemetry = createTelemetry("soak", "silent");
  const client = createKafka({
    brokers: own.stack.kafkaBrokers,
    clientId: "soak",
    topicPrefix: "",
    log: telemetry.log,
  });
  const avro = createAvro({ registryUrl: own.stack.registryUrl, topicPrefix: "", now: Date.now });
  const valuesOf = async <T>(topic: keyof typeof TOPICS): Promise<readonly T[]> =>
    (await readTopic<T>(client, avro, TOPICS[topic])).flatMap(({ value }) => (value === null ? [] : [value]));
  const refusedTokens = disturbances.faults.get(REFUSES_TOKEN) ?? 0;
  return {
    requested,
    databases: new Map(own.tenants.map(({ tenantId, database }) => [tenantId, database])),
    ledger: await readLedger(own.pool),
    attempts: await readAttempts(own.pool),
    settled: await valuesOf<OrderSettled>("orderSettled"),
    messages: await valuesOf<MessageLogged>("messageLogged"),
    ...(await readSandbox(join(own.dataDir, "multivers"))),
    askedRestMs: new Map([[ASKS_FOR_REST, SOAK_TIMES.rest]]),
    tokenLifeMs: TOKEN_SECONDS * 1_000,
    earlyRenewals: refusedTokens + disturbances.kills,
  };
}

function noteEnds(history: History, { requested, ledger }: Evidence): void {
  const rows = new Map(ledger.map((row) => [`${row.tenantId}/${row.workorderId}`, row]));
  for (const { tenantId, workorderId } of requested) {
    const row = rows.get(`${tenantId}/${workorderId}`);
    const type = row?.state === "written" ? "ok" : row?.state === "refused" ? "fail" : "info";
    history.note(type, { tenantId, workorderId, orderId: row?.orderId, attempts: row?.attempts });
  }
}
