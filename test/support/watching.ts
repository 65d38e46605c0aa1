import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { parse, stringify } from "yaml";
import { isHttpOk } from "../../infra/local/processes/http-probe.ts";
import { createProcessGroup } from "../../infra/local/processes/process-group.ts";
import { READY_WITHIN_MS } from "../../infra/local/processes/supervised-process.ts";
import { preparePrometheus } from "../../infra/local/stack/prometheus-process.ts";
import { paceOf } from "../../infra/prometheus/pace.ts";
import { ruleFiles } from "../../infra/prometheus/rules.ts";
import { freePort } from "./free-port.ts";
import type { RunningService } from "./running-service.ts";
import { ROOT } from "./source-files.ts";
import { until } from "./until.ts";

type Labels = Readonly<Record<string, string>>;
type ActiveAlert = { readonly labels: Labels; readonly annotations: Labels };

/** A real Prometheus with the rules sixty times faster, and a real Alertmanager with the example's routes. */
export type Watching = {
  /** What a query gives now. */
  query(
    expr: string,
  ): Promise<readonly { readonly metric: Labels; readonly value: readonly [number, string] }[]>;
  /** Waits until Alertmanager has such an alert. @param labels those that it has to have */
  fires(name: string, labels?: Labels): Promise<ActiveAlert>;
  /** Waits until Alertmanager has no such alert any more. */
  resolves(name: string, labels?: Labels): Promise<void>;
  /** The alert, if Alertmanager has it now. */
  find(name: string, labels?: Labels): Promise<ActiveAlert | null>;
};

const FACTOR = 60;

/** Starts both; they end with the test. @param services by job */
export async function startWatching(
  t: Pick<TestContext, "after">,
  services: Readonly<Record<string, Pick<RunningService, "healthUrl">>>,
): Promise<Watching> {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-watching-"));
  const group = createProcessGroup(() => {});
  t.after(async () => {
    await group.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const [port, alertmanagerPort] = [await freePort(), await freePort()];
  await group.start(() => prepareAlertmanager(dataDir, alertmanagerPort));
  const rules = join(dataDir, "rules");
  await mkdir(rules);
  for (const [name, text] of ruleFiles(paceOf(FACTOR))) await writeFile(join(rules, name), text);
  await group.start(() =>
    preparePrometheus({
      ...{ dataDir, logDir: dataDir, port, everyS: 1 },
      targets: Object.fromEntries(
        Object.entries(services).map(([job, { healthUrl }]) => [job, new URL(healthUrl).host]),
      ),
      rules: [join(rules, "*.yml")],
      alertmanager: `127.0.0.1:${alertmanagerPort}`,
    }),
  );
  const find = async (name: string, labels: Labels = {}): Promise<ActiveAlert | null> => {
    const filter = encodeURIComponent(`alertname="${name}"`);
    const found = await json<readonly ActiveAlert[]>(
      `http://127.0.0.1:${alertmanagerPort}/api/v2/alerts?filter=${filter}`,
    );
    const has = (alert: ActiveAlert): boolean =>
      Object.entries(labels).every(([label, value]) => alert.labels[label] === value);
    return found.find(has) ?? null;
  };
  return {
    query: async (expr) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`;
      type Answer = { readonly data: { readonly result: Awaited<ReturnType<Watching["query"]>> } };
      return (await json<Answer>(url)).data.result;
    },
    find,
    fires: (name, labels) => until(`${name} to fire`, () => find(name, labels)),
    resolves: async (name, labels) => {
      await until(`${name} to resolve`, async () => (await find(name, labels)) === null);
    },
  };
}

async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The committed example, without its waits. */
async function prepareAlertmanager(dataDir: string, port: number) {
  const example = parse(await readFile(join(ROOT, "infra/prometheus/alertmanager.yml"), "utf8"));
  const config = join(dataDir, "alertmanager.yml");
  const waits = { group_wait: "0s", group_interval: "1s" };
  await writeFile(config, stringify({ ...example, route: { ...example.route, ...waits } }));
  const address = `127.0.0.1:${port}`;
  return {
    ...{ name: "alertmanager", dataDir, workingDirectory: dataDir, env: process.env },
    command: "prometheus-alertmanager",
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(dataDir, "alertmanager")}`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
    ],
    logFile: join(dataDir, "alertmanager.log"),
    stopSignal: "SIGTERM" as const,
    stopWithinMs: 5_000,
    readyWithinMs: READY_WITHIN_MS,
    startAttempts: 2,
    isReady: () => isHttpOk(`http://${address}/-/ready`),
  };
}
