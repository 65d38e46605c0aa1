/** npm passes a Ctrl-C on that the terminal has sent to us already: one keystroke can arrive twice. */
const SAME_KEYSTROKE_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the person, or the system, asked for so far. */
export type StopRequests = {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP: stop in order. */
  readonly stopSignal: AbortSignal;
  /** Aborted by a second one: stop at once. */
  readonly killSignal: AbortSignal;
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
  return { stopSignal: stop.signal, killSignal: kill.signal };
}
