import type { Telemetry } from "./telemetry.ts";

/** What a part of a service says of itself. */
type Part = {
  readonly name: string;
  /** Whether what it depends on is there. */
  isReady?(): boolean | Promise<boolean>;
  /** Whether it makes progress or rightly waits. */
  isAlive?(): boolean;
};

type Answer = { readonly status: number; readonly contentType: string; readonly body: string };

/** Longer than any dependency takes that is well; shorter than those who ask are prepared to wait. */
const READY_WITHIN_MS = 3_000;

/**
 * Answers /health/live, /health/ready and /metrics for the parts of a service. A part whose check hangs counts as not
 * ready after 3 s, and is asked again only when it has answered: checks do not pile up on a dependency that is silent.
 * @param parts those that have been started so far
 * @throws what a part's own check throws
 */
export function createHealth(
  parts: readonly Part[],
  telemetry: Telemetry,
  isStopping: () => boolean,
): (url: string) => Promise<Answer> {
  const asked = new Map<Part, Promise<boolean>>();

  const isReady = async (part: Part): Promise<boolean> => {
    let answer = asked.get(part);
    if (answer === undefined) {
      answer = Promise.resolve(part.isReady?.() ?? true).finally(() => asked.delete(part));
      asked.set(part, answer);
    }
    return await within(READY_WITHIN_MS, answer);
  };

  return async (url) => {
    if (url === "/metrics") return { status: 200, ...(await telemetry.metricsPage()) };
    if (url === "/health/live") return health(parts.filter((part) => part.isAlive?.() === false));
    if (url !== "/health/ready") return { status: 404, contentType: "text/plain", body: "not found\n" };
    if (isStopping() || parts.length === 0) return notYet(isStopping() ? "stopping" : "starting");
    const states = await Promise.all(parts.map(async (part) => ({ part, ready: await isReady(part) })));
    return health(states.filter(({ ready }) => !ready).map(({ part }) => part));
  };
}

/** The answer, or false when it does not come in time. */
async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const notYet = (status: "starting" | "stopping"): Answer => ({
  status: 503,
  contentType: "application/json",
  body: `{"status":"${status}"}`,
});

function health(lacking: readonly Part[]): Answer {
  const body = { status: lacking.length === 0 ? "ok" : "lacking", parts: lacking.map(({ name }) => name) };
  return {
    status: lacking.length === 0 ? 200 : 503,
    contentType: "application/json",
    body: `${JSON.stringify(body)}\n`,
  };
}
