import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Environment } from "./config.ts";
import { armCrashPoint, type Crash } from "./crash-points.ts";
import { describeError, Failure, isFailure } from "./domain/failure.ts";
import { createHealth, type HealthPart } from "./health.ts";
import { outageOf } from "./kafka/hold.ts";
import { processName } from "./process-name.ts";
import { RELEASE } from "./release.ts";
import { createMetrics, createTelemetry, type Telemetry, tellBuild } from "./telemetry.ts";

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

/** A service, ready to be run by itself or beside others. */
export type Service = {
  readonly name: string;
  /** Reads its settings. @throws Failure CONFIG_INVALID */
  readonly read: (environment?: Environment) => ReadService;
};

type ReadService = {
  readonly name: string;
  readonly config: LifecycleConfig;
  readonly build: (given: Omit<ServiceContext<unknown>, "config">) => Promise<readonly Part[]>;
};

/** A service under way. */
type Running = ReadService & {
  readonly telemetry: Telemetry;
  /** Those that have started. */
  readonly parts: Part[];
  isStarted: boolean;
  isStopped: boolean;
};

const DRAIN_MS = 25_000;
/** What is given up only now still has this long to let go: a statement, some connections. */
const LETTING_GO_MS = 3_000;

/**
 * Says what a service is: its name, its settings, and how its parts are made of them.
 * @param build parts in the order in which they start
 */
export const defineService = <Config extends LifecycleConfig>(
  name: string,
  readSettings: (environment?: Environment) => Config,
  build: (context: ServiceContext<Config>) => Promise<readonly Part[]>,
): Service => {
  requireNode24();
  return {
    name,
    read: (environment) => {
      const config = readSettings(environment);
      return { name, config, build: (given) => build({ ...given, config }) };
    },
  };
};

/** Node before 24.2 knows no `import.meta.main`: a service would end at once, as if all were well. */
function requireNode24(): void {
  if (typeof import.meta.main === "boolean") return;
  process.stderr.write(`Node 24.2 or newer is needed; this one is ${process.version}.\n`);
  process.exit(1);
}

/**
 * Runs services until SIGTERM or SIGINT: reads their settings, builds and starts their parts, serves /health/live,
 * /health/ready and /metrics for all of them, and drains within 25 s. Settings with faults, a part that cannot start and a
 * failure that a part reports end the process with exit code 1; the line that says so names the service.
 * @param services the first one's settings say where health is served
 */
export async function runServices(services: readonly Service[]): Promise<void> {
  const metrics = createMetrics();
  const running = settingsOrExit(services).map((one): Running => {
    const telemetry = createTelemetry(one.name, one.config.LOG_LEVEL, metrics);
    tellBuild(telemetry, RELEASE);
    return { ...one, telemetry, parts: [], isStarted: false, isStopped: false };
  });
  const [first] = running;
  if (first === undefined) throw new Error("no service to run");
  armCrashPoint(first.config.CRASH_AT);
  const parts: HealthPart[] = [];
  let stopping: Promise<void> | null = null;

  const stop = (exitCode: number, reason: string): Promise<void> => {
    stopping ??= (async () => {
      for (const { telemetry } of running) telemetry.log.info("service_stopping", { reason });
      setTimeout(() => exitNow(running), DRAIN_MS).unref();
      const late = AbortSignal.timeout(DRAIN_MS - LETTING_GO_MS);
      await Promise.all(running.map((one) => stopParts(one, late)));
      await closeServer(server);
      for (const { telemetry } of running) telemetry.log.info("service_stopped", { exitCode });
      process.exit(exitCode);
    })();
    return stopping;
  };
  const failOf =
    ({ telemetry }: Running) =>
    (failure: Failure): void => {
      telemetry.log.error("service_failed", { code: failure.code, error: describeError(failure) });
      process.exitCode = 1;
      void stop(1, failure.code);
    };
  const start = async (one: Running): Promise<void> => {
    const { telemetry } = one;
    try {
      const given = { telemetry, instance: processName(), fail: failOf(one) };
      for (const part of await one.build(given)) {
        await part.start?.();
        one.parts.push(part);
        parts.push(running.length === 1 ? part : partOf(one.name, part));
      }
      one.isStarted = true;
      telemetry.log.info("service_started", { port: (server.address() as AddressInfo).port });
    } catch (error) {
      telemetry.log.error("service_start_failed", { error: describeError(error) });
      await stop(1, "start failed");
    }
  };

  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0, signal));
  const answer = createHealth(parts, first.telemetry, () => {
    if (stopping !== null) return { status: "stopping" };
    const waiting = running.filter(({ isStarted }) => !isStarted).map(({ name }) => name);
    return waiting.length === 0 ? { status: "started" } : { status: "starting", parts: waiting };
  });
  const server = createServer((request, response) => {
    answer(request.url ?? "/").then(
      ({ status, contentType, body }) =>
        response.writeHead(status, { "content-type": contentType }).end(body),
      (error: unknown) => response.writeHead(500).end(describeError(error)),
    );
  });
  try {
    await listen(server, first.config.HEALTH_PORT, first.config.HEALTH_HOST);
  } catch (error) {
    first.telemetry.log.error("service_start_failed", { error: describeError(error) });
    return await stop(1, "start failed");
  }
  await Promise.all(running.map(start));
}

function settingsOrExit(services: readonly Service[]): readonly ReadService[] {
  const faults: string[] = [];
  const read = services.flatMap((service) => {
    try {
      return [service.read()];
    } catch (error) {
      if (!isFailure(error, "CONFIG_INVALID")) throw error;
      faults.push(services.length === 1 ? error.message : `${service.name}: ${error.message}`);
      return [];
    }
  });
  if (faults.length === 0) return read;
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exit(1);
}

/** What health says of a part, where several services have parts of the same names. */
const partOf = (service: string, part: Part): HealthPart => ({
  name: `${service}/${part.name}`,
  isReady: () => part.isReady?.() ?? true,
  isAlive: () => part.isAlive?.() ?? true,
});

/** Ends the process in the middle: what a service still held runs out by itself. */
function exitNow(running: readonly Running[]): void {
  for (const { telemetry, isStopped } of running)
    if (!isStopped) telemetry.log.error("service_drain_overran", { drainMs: DRAIN_MS });
  process.exit(1);
}

async function stopParts(one: Running, late: AbortSignal): Promise<void> {
  for (const part of [...one.parts].reverse()) await stopPart(one.telemetry, part, late);
  one.isStopped = true;
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
