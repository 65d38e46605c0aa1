/** npm passes a Ctrl-C on that the terminal has sent to us already: one keystroke can arrive twice. */
const SAME_KEYSTROKE_MS = 500;
const LOOK_FOR_PARENT_EVERY_MS = 250;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the person, or the system, asked for so far. */
export type StopRequests = {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP: stop in order. */
  readonly stopSignal: AbortSignal;
  /** Aborted by a second one: stop at once. */
  readonly killSignal: AbortSignal;
  /** Asks as a signal does. */
  readonly request: () => void;
};

type SignalSource = {
  readonly on: (signal: NodeJS.Signals, listener: () => void) => unknown;
};

/** Listens for requests to stop; `source` is `process`, `nowMs` any steady clock in ms. */
export function listenForStop(
  source: SignalSource,
  nowMs: () => number = () => performance.now(),
): StopRequests {
  const stop = new AbortController();
  const kill = new AbortController();
  let firstAtMs: number | undefined;
  function request(): void {
    if (firstAtMs === undefined) {
      firstAtMs = nowMs();
      stop.abort();
    } else if (nowMs() - firstAtMs > SAME_KEYSTROKE_MS) {
      kill.abort();
    }
  }
  for (const signal of SIGNALS) source.on(signal, request);
  return { stopSignal: stop.signal, killSignal: kill.signal, request };
}

/**
 * Calls `tell` once when the process that started this one has ended, in whatever way: what stands between a supervisor
 * and us may die of its signal without passing it on. Keeps no process alive.
 * @param parentPid the parent now; a child whose parent has ended gets another one
 */
export function watchParent(tell: () => void, parentPid: () => number = () => process.ppid): void {
  const first = parentPid();
  const timer = setInterval(() => {
    if (parentPid() === first) return;
    clearInterval(timer);
    tell();
  }, LOOK_FOR_PARENT_EVERY_MS);
  timer.unref();
}

/** Whether npm runs us: its end is then ours. Without it, a program put into the background outlives its shell. */
export function isRunByNpm(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment["npm_lifecycle_event"] !== undefined;
}
