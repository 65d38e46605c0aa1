import { LocalStackError } from "./local-stack-error.ts";
import { lastLines } from "./log-tail.ts";
import { endChild, type LoggedChild, type ProgramCall, spawnLogged } from "./logged-child.ts";
import { removePidFile, writePidFile } from "./pid-files.ts";

const READY_POLL_MS = 40;
/** Only a hang takes so long: a program that ends is seen at once, and slow machines need more than a minute. */
export const READY_WITHIN_MS = 180_000;
const FIRST_BACKOFF_MS = 500;
const LAST_BACKOFF_MS = 30_000;
/** A process that lived this long counts as healthy again: its next death starts the back-off anew. */
const HEALTHY_AFTER_MS = 60_000;

/** A process of the local stack: how to start it, how to see that it serves, how to end it. */
export type ProcessDefinition = ProgramCall & {
  readonly name: string;
  /** Named in `args`, so that a leftover of a killed run is recognised by its command line. */
  readonly dataDir: string;
  readonly stopSignal: "SIGTERM" | "SIGINT";
  /** SIGKILL follows after this. */
  readonly stopWithinMs: number;
  readonly readyWithinMs: number;
  /** How often it is tried the first time before `start` gives up. */
  readonly startAttempts: number;
  readonly isReady: () => Promise<boolean>;
  readonly beforeEachStart?: () => Promise<void>;
};

/** A running process under supervision: when it ends unexpectedly it is started again with growing pauses. */
export type SupervisedProcess = {
  readonly name: string;
  /** The process id now; undefined while it is down. */
  readonly pid: () => number | undefined;
  /** Starts it and returns when it is ready. Throws PROCESS_FAILED_TO_START (with the end of its log) or PROCESS_STOPPED. */
  readonly start: () => Promise<void>;
  /** Ends it (stop signal, SIGKILL after the deadline) and its supervision. Safe to call again. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, and no supervision until `restart`: a fault for tests, or the last resort when stopping. */
  readonly kill9: () => Promise<void>;
  /** Stops it if it runs, then starts it. */
  readonly restart: () => Promise<void>;
};

/** Puts a process under supervision; nothing runs until `start`. */
export function superviseProcess(
  definition: ProcessDefinition,
  report: (line: string) => void,
): SupervisedProcess {
  const { name, dataDir } = definition;
  let current: LoggedChild | undefined;
  let wanted: AbortController | undefined;
  let deathsInARow = 0;

  async function start(): Promise<void> {
    if (wanted !== undefined) return;
    wanted = new AbortController();
    const { signal } = wanted;
    try {
      await launchUntilReady(signal, definition.startAttempts);
    } catch (error) {
      if (!signal.aborted) await end("SIGKILL", 0);
      throw error;
    }
  }

  async function launchUntilReady(signal: AbortSignal, attempts: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const launched = await launch(signal);
      const outcome = await waitUntilReady(launched, definition, signal);
      if (outcome.kind === "ready") {
        void launched.ended.then((how) => revive(launched, how, signal));
        return;
      }
      if (outcome.kind === "stopped") throw stoppedError();
      if (attempt >= attempts) throw await failedError(outcome.how);
      if (outcome.kind === "late") await endChild(launched, "SIGKILL", 0);
      await pauseBeforeRestart(outcome.how, signal);
    }
  }

  async function launch(signal: AbortSignal): Promise<LoggedChild> {
    await definition.beforeEachStart?.();
    if (signal.aborted) throw stoppedError();
    const launched = spawnLogged(definition);
    if (launched.pid === undefined) throw await failedError(await launched.ended);
    current = launched;
    void launched.ended.then(() => {
      if (current === launched) current = undefined;
    });
    await writePidFile(dataDir, { name, pid: launched.pid, stopSignal: definition.stopSignal });
    return launched;
  }

  async function revive(dead: LoggedChild, how: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (performance.now() - dead.bornAtMs > HEALTHY_AFTER_MS) deathsInARow = 0;
    try {
      await pauseBeforeRestart(how, signal);
      await launchUntilReady(signal, Number.POSITIVE_INFINITY);
      report(`${name} is back`);
    } catch (error) {
      if (signal.aborted) return;
      report(`${name} does not come back: ${error instanceof Error ? error.message : String(error)}`);
      await end("SIGKILL", 0);
    }
  }

  async function pauseBeforeRestart(how: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    deathsInARow += 1;
    const pauseMs = backoffMs(deathsInARow);
    report(`${name} ${how}; starting it again in ${pauseMs / 1000} s (log: ${definition.logFile})`);
    await pause(pauseMs, signal);
  }

  async function end(firstSignal: NodeJS.Signals, withinMs: number): Promise<void> {
    wanted?.abort();
    wanted = undefined;
    if (current === undefined) return;
    await endChild(current, firstSignal, withinMs);
    await removePidFile(dataDir, name);
  }

  function stop(): Promise<void> {
    return end(definition.stopSignal, definition.stopWithinMs);
  }

  async function restart(): Promise<void> {
    await stop();
    await start();
  }

  function stoppedError(): LocalStackError {
    return new LocalStackError("PROCESS_STOPPED", `${name} was stopped while it started`);
  }

  async function failedError(how: string): Promise<LocalStackError> {
    const tail = await lastLines(definition.logFile, 15);
    return new LocalStackError(
      "PROCESS_FAILED_TO_START",
      `${name} ${how}; the end of its log ${definition.logFile}:\n${tail}`,
    );
  }

  return { name, pid: () => current?.pid, start, stop, kill9: () => end("SIGKILL", 0), restart };
}

/** The pause after this many deaths in a row (1 or more), in ms: 0.5 s, doubled each time, at most 30 s. */
export function backoffMs(deaths: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (deaths - 1), LAST_BACKOFF_MS);
}

type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "stopped" }
  | { readonly kind: "ended"; readonly how: string }
  | { readonly kind: "late"; readonly how: string };

async function waitUntilReady(
  launched: LoggedChild,
  definition: ProcessDefinition,
  signal: AbortSignal,
): Promise<Outcome> {
  let ended: string | undefined;
  void launched.ended.then((how) => {
    ended = how;
  });
  const deadlineMs = performance.now() + definition.readyWithinMs;
  for (;;) {
    const ready = await definition.isReady();
    // Asked after the probe: a server of someone else on the same port may have answered it.
    if (signal.aborted) return { kind: "stopped" };
    if (ended !== undefined) return { kind: "ended", how: ended };
    if (ready) return { kind: "ready" };
    if (performance.now() > deadlineMs)
      return { kind: "late", how: `did not serve within ${definition.readyWithinMs / 1000} s` };
    await pause(READY_POLL_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const timer = setTimeout(done, ms);
  signal.addEventListener("abort", done, { once: true });
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener("abort", done);
    resolve();
  }
  return promise;
}
