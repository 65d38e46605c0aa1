import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { pipelineConfig } from "../../infra/local/stack/pipeline-config.ts";
import type {
  ArticleChanged,
  CustomerChanged,
  MessageLogged,
  OrderRequested,
  OrderSettled,
} from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { createAvro } from "../../services/shared/avro.ts";
import { createKafka, type KafkaClient } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { type Evidence, readAttempts, readLedger, readShown } from "../faults/evidence.ts";
import { judgeOutcomes } from "../faults/judge-outcomes.ts";
import { judgeTraffic } from "../faults/judge-traffic.ts";
import { readTopic } from "../support/topic-reader.ts";
import { type Disturbances, startChaos } from "./chaos.ts";
import { leakedTokens, readSandbox } from "./collect.ts";
import { ASKS_FOR_REST, REFUSES_TOKEN, SOAK_TIMES } from "./fault-mix.ts";
import { latenciesMs, longestGapMs, percentile } from "./figures.ts";
import { createHistory, type History } from "./history.ts";
import { publishWhenPossible, runLoad } from "./load.ts";
import { runMasterLoad } from "./master-load.ts";
import { type OwnStack, startOwnStack } from "./own-stack.ts";
import { projectorCatchesUp, rebuildDifferences } from "./rebuild.ts";
import { createSandboxControl } from "./sandbox-control.ts";

export type SoakOptions = {
  readonly orders: number;
  readonly seed: string;
  /** Orders a second. */
  readonly rate: number;
  readonly tenants: number;
  /** Faults beyond the usual ones. */
  readonly strange: readonly Strange[];
  readonly through: Through;
  readonly historyPath: string;
  readonly report: (line: string) => void;
};

/**
 * Faults beyond kills, freezes and a Unit4 that errs; `clock-skew`: each process has a clock of its own; `failovers` need a
 * standby, so companies.
 */
export const STRANGE = ["read-only", "lost-transactions", "black-holes", "clock-skew", "failovers"] as const;
type Strange = (typeof STRANGE)[number];

/** What stands between services and Kafka and PostgreSQL: nothing, or what companies put there. */
export const THROUGH = ["nothing", "companies"] as const;
type Through = (typeof THROUGH)[number];

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
  readonly through: Through;
};

/** Short, so that tokens are renewed while all else goes wrong. */
const TOKEN_SECONDS = 30;
const WRITERS = ["order-writer-1", "order-writer-2"] as const;
/** Clocks of the projector and of the writers that are wrong by up to five minutes. */
const SKEWS_MS = [150_000, 300_000, -300_000];
/** Faults after which the database lacks what it confirmed. */
const LOSE_TRANSACTIONS: readonly Strange[] = ["lost-transactions", "failovers"];
const REPORT_EVERY_MS = 10_000;
const LOOK_EVERY_MS = 500;
/** The drain has failed when so long nothing more is settled: longer than any rest, lease and quarantine together. */
const STUCK_AFTER_MS = 120_000;
const MOST_VIOLATIONS_SHOWN = 20;

/**
 * Orders at a steady rate into two order-writers, and changes into a projector, while Unit4 errs, processes are killed or
 * frozen and Kafka and Postgres go down; then everything is healed, what is left is drained, both sides of the wire are
 * judged, and Simon's tables are built a second time from the topics.
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
    withBlackHoles: options.strange.includes("black-holes"),
    throughCompany: options.through === "companies",
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
        through: options.through,
      },
    };
  } finally {
    if (!isSound) options.report(`data and logs stay in ${own.dataDir}`);
    await own.stop(!isSound);
    await history.close();
  }
}

type Run = {
  readonly kafka: KafkaClient;
  readonly projector: SupervisedProcess;
  readonly requested: readonly OrderRequested[];
  readonly archivedAgain: readonly OrderRequested[];
  readonly losesTransactions: boolean;
  readonly disturbances: Disturbances;
  /** While orders came in. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
};

async function disturbAndDrain(options: SoakOptions, own: OwnStack, history: History): Promise<Run> {
  const clocks = options.strange.includes("clock-skew") ? SKEWS_MS : [0, 0, 0];
  const [projector, ...writers] = await Promise.all([
    own.startService("simon-projector", "simon-projector", clock(clocks[0])),
    ...WRITERS.map((name, index) => own.startService("order-writer", name, clock(clocks[index + 1]))),
  ]);
  const telemetry = createTelemetry("soak", "silent");
  const config = pipelineConfig(own.stack);
  const client = createKafka({ config, clientId: "soak", log: telemetry.log });
  const avro = createAvro({ config, now: Date.now });
  const publisher = await createPublisher(client, createKafkaTelemetry(telemetry, []));
  const encoderOf = <T extends object>({
    name,
    schema,
  }: {
    readonly name: string;
    readonly schema: string;
  }) => avro.encoder<T>(name, schema);
  const encoder = await encoderOf<OrderRequested>(TOPICS.orderRequested);
  const masterEncoders = {
    customers: await encoderOf<CustomerChanged>(TOPICS.customerChanged),
    articles: await encoderOf<ArticleChanged>(TOPICS.articleChanged),
  };

  const requested: OrderRequested[] = [];
  const archivedAgain: OrderRequested[] = [];
  const fromMs = Date.now();
  const chaos = startChaos(
    {
      services: [...writers, projector],
      kafka: own.kafka,
      postgres: own.primary,
      failOver: own.failOver,
      sandbox: createSandboxControl(own.sandboxUrl),
      databaseUrl: own.stack.databaseUrl,
      ways: own.ways,
      strange: options.strange.filter((one) => one !== "clock-skew"),
    },
    options.seed,
    history,
  );
  const progress = startProgress(
    own,
    () => ({ requested: requested.length, ...chaos.soFar }),
    options.report,
  );
  const loaded = new AbortController();
  const masterLoad = runMasterLoad(
    { seed: options.seed, tenantIds: own.tenants.map(({ tenantId }) => tenantId), signal: loaded.signal },
    masterEncoders,
    (records) => publishWhenPossible(publisher, records),
  );
  // Seen when it is awaited; until then it must not end the process.
  masterLoad.catch(() => {});
  try {
    await runLoad(
      { orders: options.orders, perSecond: options.rate, seed: options.seed, tenants: own.tenants },
      {
        publisher,
        encoder,
        onRequested: (orders, again) => {
          requested.push(...orders);
          archivedAgain.push(...again);
          for (const { tenantId, workorderId } of orders) history.note("invoke", { tenantId, workorderId });
        },
      },
    );
    const toMs = Date.now();
    loaded.abort();
    await masterLoad;
    const disturbances = await chaos.heal();
    await drain(own, requested.length);
    await projectorCatchesUp(client, own.pool);
    const losesTransactions = LOSE_TRANSACTIONS.some((one) => options.strange.includes(one));
    return {
      requested,
      archivedAgain,
      losesTransactions,
      disturbances,
      span: { fromMs, toMs },
      kafka: client,
      projector,
    };
  } finally {
    loaded.abort();
    await masterLoad.catch(() => {});
    progress.stop();
    await publisher.close();
  }
}

/** Environment of a process whose clock is wrong by so much. */
function clock(skewMs = 0): Readonly<Record<string, string>> {
  if (skewMs === 0) return {};
  return {
    NODE_OPTIONS: `--import=${import.meta.resolve("./skewed-clock.ts")}`,
    SOAK_CLOCK_SKEW_MS: String(skewMs),
  };
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
  const rebuilt = await rebuildDifferences(own, run.kafka, run.projector);
  const violations = [...broken, ...judgeTraffic(evidence).violations, ...leaks, ...rebuilt];
  return { evidence, outcomes, violations };
}

async function collectEvidence(
  own: OwnStack,
  { requested, archivedAgain, losesTransactions, disturbances, kafka }: Run,
): Promise<Evidence> {
  const avro = createAvro({ config: pipelineConfig(own.stack), now: Date.now });
  const valuesOf = async <T>(topic: keyof typeof TOPICS): Promise<readonly T[]> =>
    (await readTopic<T>(kafka, avro, TOPICS[topic])).flatMap(({ value }) => (value === null ? [] : [value]));
  const refusedTokens = disturbances.faults.get(REFUSES_TOKEN) ?? 0;
  return {
    requested,
    losesTransactions,
    archivedAgain: new Map(archivedAgain.map((one) => [`${one.tenantId}/${one.workorderId}`, one])),
    databases: new Map(own.tenants.map(({ tenantId, database }) => [tenantId, database])),
    ledger: await readLedger(own.pool),
    attempts: await readAttempts(own.pool),
    settled: await valuesOf<OrderSettled>("orderSettled"),
    messages: await valuesOf<MessageLogged>("messageLogged"),
    shown: await readShown(own.pool),
    ...(await readSandbox(join(own.dataDir, "multivers"))),
    askedRestMs: new Map([[ASKS_FOR_REST, SOAK_TIMES.rest]]),
    tokenLifeMs: TOKEN_SECONDS * 1_000,
    freezes: disturbances.freezesAtMs.map((fromMs) => ({ fromMs, leaseMs: SOAK_TIMES.sending })),
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
