import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { armCrashPoint, type Crash } from "./crash-points.ts";
import { describeError, Failure, isFailure } from "./domain/failure.ts";
import { createHealth } from "./health.ts";
import { outageOf } from "./kafka/hold.ts";
import { processName } from "./process-name.ts";
import { createTelemetry, type Telemetry } from "./telemetry.ts";

/** Something that a service runs: a consumer, a loop, a pool. Parts start in order and stop in reverse order. */
export type Part = {
  readonly name: string;
  start?(): Promise<void>;
  /** Finishes what is at hand and lets go. @param late fires when what is still not finished has to be given up */
  stop(late?: AbortSignal): Promise<void>;
  /** Whether what it depends on is there. */
  isReady?(): boolean | Promise<boolean>;
  /** Whether it makes progress or rightly waits. */
  isAlive?(): boolean;
};

export type ServiceContext<Config> = {
  readonly config: Config;
  readonly telemetry: Telemetry;
  /** Name of this process on its leases: host and process id. */
  readonly instance: string;
  /** Ends the process with exit code 1, for what only a fresh start can mend. */
  readonly fail: (failure: Failure) => void;
};

type LifecycleConfig = {
  readonly HEALTH_PORT: number;
  readonly HEALTH_HOST: string;
  readonly LOG_LEVEL: string;
  readonly CRASH_AT?: Crash | undefined;
};

const DRAIN_MS = 25_000;
/** What is given up only now still has this long to let go: a statement, some connections. */
const LETTING_GO_MS = 3_000;

/**
 * Runs a service until SIGTERM or SIGINT: reads its settings, builds and starts its parts, serves /health/live,
 * /health/ready and /metrics, and drains within 25 s. Settings with faults, a part that cannot start and a failure
 * that a part reports end the process with exit code 1.
 */
export async function runService<Config extends LifecycleConfig>(
  name: string,
  readSettings: () => Config,
  build: (context: ServiceContext<Config>) => Promise<readonly Part[]>,
): Promise<void> {
  const config = settingsOrExit(readSettings);
  armCrashPoint(config.CRASH_AT);
  const telemetry = createTelemetry(name, config.LOG_LEVEL);
  const { log } = telemetry;
  const parts: Part[] = [];
  let stopping: Promise<void> | null = null;

  const stop = (exitCode: number, reason: string): Promise<void> => {
    stopping ??= (async () => {
      log.info("service_stopping", { reason });
      setTimeout(() => exitNow(log, "service_drain_overran"), DRAIN_MS).unref();
      const late = AbortSignal.timeout(DRAIN_MS - LETTING_GO_MS);
      for (const part of [...parts].reverse()) await stopPart(telemetry, part, late);
      await closeServer(server);
      log.info("service_stopped", { exitCode });
      process.exit(exitCode);
    })();
    return stopping;
  };
  const fail = (failure: Failure): void => {
    log.error("service_failed", { code: failure.code, error: describeError(failure) });
    process.exitCode = 1;
    void stop(1, failure.code);
  };

  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0, signal));
  const answer = createHealth(parts, telemetry, () => stopping !== null);
  const server = createServer((request, response) => {
    answer(request.url ?? "/").then(
      ({ status, contentType, body }) =>
        response.writeHead(status, { "content-type": contentType }).end(body),
      (error: unknown) => response.writeHead(500).end(describeError(error)),
    );
  });
  try {
    await listen(server, config.HEALTH_PORT, config.HEALTH_HOST);
    for (const part of await build({ config, telemetry, instance: processName(), fail })) {
      await part.start?.();
      parts.push(part);
    }
    log.info("service_started", { port: (server.address() as AddressInfo).port });
  } catch (error) {
    log.error("service_start_failed", { error: describeError(error) });
    await stop(1, "start failed");
  }
}

function settingsOrExit<Config>(readSettings: () => Config): Config {
  try {
    return readSettings();
  } catch (error) {
    if (!isFailure(error, "CONFIG_INVALID")) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function exitNow(log: Telemetry["log"], event: string): void {
  log.error(event, { drainMs: DRAIN_MS });
  process.exit(1);
}

async function stopPart({ log }: Telemetry, part: Part, late: AbortSignal): Promise<void> {
  try {
    await part.stop(late);
  } catch (error) {
    // What an outage kept from being handed back runs out by itself.
    const level = outageOf(error) === null ? "error" : "warn";
    log[level]("part_stop_failed", { part: part.name, error: describeError(error) });
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Failure("CONFIG_INVALID", `Port ${port} is taken; set HEALTH_PORT to another one.`, error)
          : error,
      ),
    );
    server.listen(port, host, () => resolve());
  });
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
