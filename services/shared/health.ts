import type { Telemetry } from "./telemetry.ts";

/** What a part of a service says of itself. */
export type HealthPart = {
  readonly name: string;
  /** Whether what it depends on is there. */
  isReady?(): boolean | Promise<boolean>;
  /** Whether it makes progress or rightly waits. */
  isAlive?(): boolean;
};

/** How far the services of a process are, with the names of those that have not started. */
type Stage =
  | { readonly status: "starting"; readonly parts: readonly string[] }
  | { readonly status: "started" | "stopping" };

type Answer = { readonly status: number; readonly contentType: string; readonly body: string };

/** Longer than any dependency takes that is well; shorter than those who ask are prepared to wait. */
const READY_WITHIN_MS = 3_000;

/**
 * Answers /health/live, /health/ready and /metrics for the parts of a service. A part whose check hangs counts as not
 * ready after 3 s, and is asked again only when it has answered: checks do not pile up on a dependency that is silent.
 * @param parts those that have been started so far; more may come
 * @throws what a part's own check throws
 */
export function createHealth(
  parts: readonly HealthPart[],
  telemetry: Telemetry,
  stageNow: () => Stage,
): (url: string) => Promise<Answer> {
  const asked = new Map<HealthPart, Promise<boolean>>();

  const isReady = async (part: HealthPart): Promise<boolean> => {
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
    const stage = stageNow();
    if (stage.status !== "started") return answer(503, stage);
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

const health = (lacking: readonly HealthPart[]): Answer =>
  lacking.length === 0
    ? answer(200, { status: "ok", parts: [] })
    : answer(503, { status: "lacking", parts: lacking.map(({ name }) => name) });

const answer = (status: number, body: object): Answer => ({
  status,
  contentType: "application/json",
  body: `${JSON.stringify(body)}\n`,
});
