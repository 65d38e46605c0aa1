import { relative } from "node:path";
import { deploy } from "../deploy/deploy.ts";
import { LocalStackError } from "./processes/local-stack-error.ts";
import { activateDemoTenants } from "./programs/demo-tenants.ts";
import { readyLines } from "./programs/ready-lines.ts";
import { runLocally } from "./programs/run-locally.ts";
import { type LocalSettings, readLocalSettings } from "./stack/local-settings.ts";
import { pipelineConfig } from "./stack/pipeline-config.ts";
import { isRunByNpm, listenForStop, type StopRequests, watchParent } from "./stop-requests.ts";

/** By then all processes have ended or are being killed; nothing forgotten may keep this one alive. */
const LEAVE_WITHIN_MS = 1_000;

// What is made from here on is readable by its owner alone: logs, keys, data. Folders may be passed, since PostgreSQL may run
// as another account.
process.umask(0o066);

const requests = listenForStop(process);
if (isRunByNpm(process.env)) watchParent(requests.request);
requests.stopSignal.addEventListener("abort", () => report("stopping; Ctrl-C again stops at once"));
requests.killSignal.addEventListener("abort", leaveSoon);

report("starting");
try {
  await start(readLocalSettings(process.env), requests);
  report("stopped");
} catch (error) {
  process.exitCode = exitCodeAfter(error);
}
leaveSoon();

/** The whole pipeline on this machine, until Ctrl-C. */
async function start(settings: LocalSettings, { stopSignal, killSignal }: StopRequests): Promise<void> {
  await runLocally({
    stopSignal,
    killSignal,
    settings,
    report,
    steps: {
      deploy: ({ kafkaBrokers, registryUrl, databaseUrl, rolePasswords }) =>
        deploy({
          ...{ databaseUrl, rolePasswords, report, hasStandIns: true },
          config: pipelineConfig({ kafkaBrokers, registryUrl }, process.env),
        }),
      activateDemoTenants: (world) => activateDemoTenants({ ...world, report }),
    },
    onReady: (running) => {
      console.log(
        `Ctrl-C stops everything; the data stays in ${relative(process.cwd(), settings.LOCAL_DATA_DIR)}`,
      );
      for (const line of readyLines(running, performance.now() / 1000)) console.log(line);
    },
  });
}

function exitCodeAfter(error: unknown): number {
  if (requests.stopSignal.aborted) {
    report("stopped before everything was up");
    return 0;
  }
  // Expected failures speak for themselves; anything else needs its stack and its cause.
  console.error(error instanceof LocalStackError ? error.message : error);
  return 1;
}

function leaveSoon(): void {
  setTimeout(() => process.exit(), LEAVE_WITHIN_MS).unref();
}

function report(line: string): void {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(5)} s  ${line}`);
}
