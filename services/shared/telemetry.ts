import { pino } from "pino";
import prometheus from "prom-client";
import { redacted } from "./domain/redaction.ts";

/** Bounds in seconds: 1 s is our own bar, 2 s the order's, 5 s a poll, 60, 120 and 300 s the promises to users. */
export const LATENCY_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
/** Bounds in seconds for one call or one batch. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Values that a label can have: all of them stand at 0 from the start, so that the first failure is an increase. */
type Labels<Name extends string> = { readonly [K in Name]: readonly string[] };
type Values<Name extends string> = { readonly [K in Name]: string };

type Counter<Name extends string> = (labels: Values<Name>, by?: number) => void;
type Histogram<Name extends string> = (labels: Values<Name>, seconds: number) => void;
type Gauge<Name extends string> = (labels: Values<Name>, value: number) => void;

/**
 * A line of the log: `event` is the same word as the metric; fields are ids, codes and numbers, never secrets; what
 * slips into an error's text all the same is taken out of the line (domain/redaction.ts).
 */
export type Log = {
  debug(event: string, fields?: object): void;
  info(event: string, fields?: object): void;
  warn(event: string, fields?: object): void;
  error(event: string, fields?: object): void;
};

/** Log and metrics of one service. Services build one function per thing that happens on it, in their telemetry.ts. */
export type Telemetry = {
  readonly log: Log;
  /** The page for Prometheus: all of the process. */
  metricsPage(): Promise<{ readonly contentType: string; readonly body: string }>;
  counter<Name extends string>(name: string, help: string, labels: Labels<Name>): Counter<Name>;
  histogram<Name extends string>(
    name: string,
    help: string,
    labels: Labels<Name>,
    buckets?: readonly number[],
  ): Histogram<Name>;
  gauge<Name extends string>(name: string, help: string, labels: Labels<Name>): Gauge<Name>;
  /**
   * A gauge that is read when Prometheus asks, for what changes too often to be told each time, or is not always known: what
   * its readers leave out is absent, and no value stands there from earlier.
   */
  readGauge<Name extends string>(
    name: string,
    help: string,
    labels: Labels<Name>,
    read: () => readonly { readonly labels: Values<Name>; readonly value: number }[],
  ): void;
};

/** The metrics of one process, whatever number of services run in it. */
export type Metrics = prometheus.Registry;

/** Gauges of prom-client that end as counters do; each has the same figures by type beside it. */
const NAMED_LIKE_COUNTERS = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

/** Empty but for what Node tells of the process itself. */
export function createMetrics(): Metrics {
  const metrics = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: metrics });
  for (const name of NAMED_LIKE_COUNTERS) metrics.removeSingleMetric(name);
  return metrics;
}

/** Says which release this is, for as long as the process runs. @param release as in package.json */
export function tellBuild(telemetry: Telemetry, release: string): void {
  const versions = { version: [release], node: [process.version] };
  telemetry.gauge(
    "simon_build_info",
    "Which release runs, on which Node; always 1.",
    versions,
  )({ version: release, node: process.version }, 1);
}

/**
 * Log and metrics of one service. Each of its series says by `component` whose it is: `service`, `job` and `instance` belong
 * to whoever scrapes (infra/decisions/0042-series-say-component.md).
 * @param metrics of the process, where several services share one
 */
export function createTelemetry(component: string, level: string, metrics = createMetrics()): Telemetry {
  const logger = pino({
    level,
    base: { service: component },
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: "event",
    hooks: { streamWrite: redacted },
  });
  const shape = (name: string, help: string, labels: object) => ({
    ...{ name, help, registers: [metrics] },
    labelNames: [...Object.keys(labels), "component"],
  });
  const all = <Name extends string>(labels: Labels<Name>) =>
    combinations({ ...labels, component: [component] });
  return {
    log: {
      debug: (event, fields = {}) => logger.debug(fields, event),
      info: (event, fields = {}) => logger.info(fields, event),
      warn: (event, fields = {}) => logger.warn(fields, event),
      error: (event, fields = {}) => logger.error(fields, event),
    },
    metricsPage: async () => ({ contentType: metrics.contentType, body: await metrics.metrics() }),
    counter: (name, help, labels) => {
      const counter =
        known<prometheus.Counter>(metrics, name) ?? new prometheus.Counter(shape(name, help, labels));
      for (const values of all(labels)) counter.inc(values, 0);
      return (values, by = 1) => counter.inc({ ...values, component }, by);
    },
    histogram: (name, help, labels, buckets = DURATION_BUCKETS) => {
      const histogram =
        known<prometheus.Histogram>(metrics, name) ??
        new prometheus.Histogram({ ...shape(name, help, labels), buckets: [...buckets] });
      for (const values of all(labels)) histogram.zero(values);
      return (values, seconds) => histogram.observe({ ...values, component }, seconds);
    },
    gauge: (name, help, labels) => {
      const gauge = known<prometheus.Gauge>(metrics, name) ?? new prometheus.Gauge(shape(name, help, labels));
      for (const values of all(labels)) gauge.set(values, 0);
      return (values, value) => gauge.set({ ...values, component }, value);
    },
    readGauge: (name, help, labels, read) => {
      const readings = readingsOf(metrics, name);
      const gauge: prometheus.Gauge =
        known<prometheus.Gauge>(metrics, name) ??
        new prometheus.Gauge({
          ...shape(name, help, labels),
          collect: () => {
            gauge.reset();
            for (const reading of readings) reading();
          },
        });
      readings.push(() => {
        for (const { labels: values, value } of read()) gauge.set({ ...values, component }, value);
      });
    },
  };
}

/** What another service of the process has made under that name. */
const known = <Kind extends prometheus.Metric>(metrics: Metrics, name: string): Kind | undefined =>
  metrics.getSingleMetric(name) as Kind | undefined;

/** What the services of a process read when Prometheus asks, by the metric's name. */
const READINGS = new WeakMap<Metrics, Map<string, (() => void)[]>>();

function readingsOf(metrics: Metrics, name: string): (() => void)[] {
  const ofProcess = READINGS.get(metrics) ?? new Map<string, (() => void)[]>();
  READINGS.set(metrics, ofProcess);
  const readings = ofProcess.get(name) ?? [];
  ofProcess.set(name, readings);
  return readings;
}

/** Every combination of label values: [{a: "1", b: "x"}, {a: "1", b: "y"}, …]. */
function combinations(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}
