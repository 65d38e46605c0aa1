import type { Metric } from "prom-client";
import { TOPICS, type Topic } from "../../schemas/topics.ts";
import { createConsoleTelemetry } from "../../services/console/telemetry.ts";
import { createLogTelemetry } from "../../services/log-sink/telemetry.ts";
import { createOrderTelemetry } from "../../services/order-writer/telemetry.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createLoop, createLoopContext } from "../../services/shared/loop.ts";
import { createOperationTelemetry } from "../../services/shared/operations/operation-telemetry.ts";
import { createPool } from "../../services/shared/postgres.ts";
import { createMetrics, createTelemetry, type Metrics, tellBuild } from "../../services/shared/telemetry.ts";
import { createUnit4Telemetry } from "../../services/shared/unit4/http/unit4-telemetry.ts";
import { watchCertificates } from "../../services/shared/watch/certificates.ts";
import { watchPools } from "../../services/shared/watch/postgres-telemetry.ts";
import { createReplayTelemetry } from "../../services/simon-projector/replay/telemetry.ts";
import { createProjectorTelemetry } from "../../services/simon-projector/telemetry.ts";
import { createPollerTelemetry } from "../../services/unit4-poller/telemetry.ts";
import { createWorkorderTelemetry } from "../../services/workorder-archived/telemetry.ts";

/** One that is never connected to. */
const DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none";
/** What each service makes besides what all make. */
const OWN = {
  "unit4-poller": (telemetry: Parameters<typeof createPollerTelemetry>[0]) => {
    createPollerTelemetry(telemetry);
    createOperationTelemetry(telemetry, ["resync", "reconcile"]);
  },
  "simon-projector": (telemetry: Parameters<typeof createPollerTelemetry>[0]) => {
    createProjectorTelemetry(telemetry);
    createReplayTelemetry(telemetry);
    createOperationTelemetry(telemetry, ["replay"]);
  },
  "workorder-archived": (telemetry: Parameters<typeof createPollerTelemetry>[0]) => {
    createWorkorderTelemetry(telemetry, Date.now);
    createOperationTelemetry(telemetry, ["rerequest"]);
  },
  "order-writer": createOrderTelemetry,
  "log-sink": (telemetry: Parameters<typeof createPollerTelemetry>[0]) => {
    createLogTelemetry(telemetry);
    createOperationTelemetry(telemetry, ["put-back", "discard"]);
  },
  console: createConsoleTelemetry,
} as const;
const CALLS_UNIT4 = new Set(["unit4-poller", "order-writer", "console"]);

export const COMPONENTS = Object.keys(OWN) as readonly (keyof typeof OWN)[];

/**
 * The metrics of services, made by their own code without anything that they talk to. Figures that are read while a service runs are
 * declared, and have no samples. @param names all of them unless told
 */
export function metricsOf(names: readonly (keyof typeof OWN)[] = COMPONENTS): Metrics {
  const metrics = createMetrics();
  const topics: readonly Topic[] = Object.values(TOPICS);
  for (const name of names) {
    const telemetry = createTelemetry(name, "silent", metrics);
    const consumed = topics.filter(({ consumers }) => consumers.includes(name)).map((topic) => topic.name);
    tellBuild(telemetry, "1.0.0");
    watchPools(telemetry, { main: createPool({ url: DATABASE_URL, size: 1, applicationName: "none" }) });
    watchCertificates(telemetry, { DATABASE_URL });
    createKafkaTelemetry(telemetry, consumed).lagIsRead(name, () => []);
    createLoop(createLoopContext({ telemetry, fail: () => {} }, ["any"]), {
      ...{ name: "any", everyMs: 1_000, lost: "Nothing" },
      beat: async () => false,
    });
    if (CALLS_UNIT4.has(name)) createUnit4Telemetry(telemetry);
    OWN[name](telemetry);
  }
  return metrics;
}

/** A metric as queries see it: the series of a histogram are apart. */
export type Declared = {
  /** Each label with the values that it has; null where they are not known before a service runs. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string> | null>;
};

/** Labels that the scraper gives to every series. */
const OF_THE_SCRAPER: readonly [string, null][] = [
  ["job", null],
  ["instance", null],
];
/** What it makes itself. */
const SCRAPED = ["up", "scrape_samples_scraped", "scrape_duration_seconds"];

/** What queries may name, by name. */
export async function declaredSeries(metrics: Metrics = metricsOf()): Promise<ReadonlyMap<string, Declared>> {
  const described = metrics.getMetricsAsArray() as unknown as readonly Described[];
  const own = await Promise.all(described.map(seriesOf));
  const scraped = SCRAPED.map((name): [string, Declared] => [name, { labels: new Map(OF_THE_SCRAPER) }]);
  return new Map([...own.flat(), ...scraped]);
}

async function seriesOf(metric: Described): Promise<readonly [string, Declared][]> {
  const { type, values } = await metric.get();
  const given = metric.labelNames.map((label): [string, ReadonlySet<string> | null] => [
    label,
    values.length === 0 || OPEN.has(label)
      ? null
      : new Set(values.map(({ labels }) => String(labels[label]))),
  ]);
  const labels = new Map([...given, ...OF_THE_SCRAPER]);
  if (String(type) !== "histogram") return [[metric.name, { labels }]];
  return [
    [`${metric.name}_bucket`, { labels: new Map([...labels, ["le", boundsIn(values)]]) }],
    [`${metric.name}_sum`, { labels }],
    [`${metric.name}_count`, { labels }],
  ];
}

/** Labels whose values come from what runs. */
const OPEN = new Set(["loop", "version", "node", "partition"]);

type Described = Metric & {
  readonly name: string;
  readonly labelNames: readonly string[];
  get(): Promise<{
    readonly type: unknown;
    readonly values: readonly { readonly labels: Readonly<Record<string, unknown>> }[];
  }>;
};

const boundsIn = (values: Awaited<ReturnType<Described["get"]>>["values"]): ReadonlySet<string> =>
  new Set(values.flatMap(({ labels }) => (labels["le"] === undefined ? [] : [String(labels["le"])])));
