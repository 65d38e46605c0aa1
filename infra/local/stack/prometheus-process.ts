import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isHttpOk } from "../processes/http-probe.ts";
import { runCommand } from "../processes/run-command.ts";
import { type ProcessDefinition, READY_WITHIN_MS } from "../processes/supervised-process.ts";

/** What is scraped, and what it is judged by. */
export type PrometheusPlace = {
  readonly dataDir: string;
  readonly logDir: string;
  readonly port: number;
  /** Addresses (host:port) that serve /metrics, by job. */
  readonly targets: Readonly<Record<string, string>>;
  /** Files of rules; a pattern may stand for several. */
  readonly rules: readonly string[];
  /** Seconds between two scrapes and two looks at the rules. */
  readonly everyS: number;
  /** host:port of an Alertmanager; null for none. */
  readonly alertmanager: string | null;
};

/** Whether Prometheus is installed on this machine. */
export const hasPrometheus = async (): Promise<boolean> =>
  (await runCommand({ command: "prometheus", args: ["--version"] })).kind === "ended";

/** Says how to run Prometheus with a folder of its own below `dataDir`. */
export async function preparePrometheus(place: PrometheusPlace): Promise<ProcessDefinition> {
  const folder = join(place.dataDir, "prometheus");
  await mkdir(folder, { recursive: true });
  const config = join(folder, "prometheus.yml");
  // JSON is YAML, too.
  await writeFile(config, JSON.stringify(configOf(place), null, 2));
  const address = `127.0.0.1:${place.port}`;
  return {
    name: "prometheus",
    dataDir: place.dataDir,
    command: "prometheus",
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=15d",
      "--rules.alert.resend-delay=1s",
      `--web.listen-address=${address}`,
    ],
    env: process.env,
    workingDirectory: folder,
    logFile: join(place.logDir, "prometheus.log"),
    stopSignal: "SIGTERM",
    stopWithinMs: 5_000,
    readyWithinMs: READY_WITHIN_MS,
    startAttempts: 2,
    isReady: () => isHttpOk(`http://${address}/-/ready`),
  };
}

const configOf = ({ targets, rules, everyS, alertmanager }: PrometheusPlace) => ({
  global: {
    scrape_interval: `${everyS}s`,
    scrape_timeout: `${Math.min(everyS, 10)}s`,
    evaluation_interval: `${everyS}s`,
  },
  rule_files: rules,
  ...(alertmanager === null
    ? {}
    : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
  scrape_configs: Object.entries(targets).map(([job_name, target]) => ({
    job_name,
    static_configs: [{ targets: [target] }],
  })),
});
