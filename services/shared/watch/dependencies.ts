import { pause, systemClock } from "../clock.ts";
import { Failure } from "../domain/failure.ts";
import { createLoop, createLoopContext } from "../loop.ts";
import type { Part } from "../service.ts";
import type { Telemetry } from "../telemetry.ts";

/** Several times within the two minutes after which somebody is called. */
const ASK_EVERY_MS = 15_000;
/** One that is silent keeps nobody from asking the others. */
const ANSWERS_WITHIN_MS = 10_000;

/** What a process cannot do without, and Unit4, without which it waits. */
const DEPENDENCIES = ["postgres", "kafka", "registry", "unit4"] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

/**
 * The moments at which dependencies last answered as they should, by name; absent before the first time in this process. A moment does
 * not freeze as an age would: whoever reads it sees it fall behind. Called by whoever talks to some of them, as often as it likes.
 */
export function dependencyMoments<Name extends Dependency>(
  telemetry: Telemetry,
  names: readonly Name[],
): (name: Name, atMs: number) => void {
  const moments = new Map<Name, number>();
  telemetry.readGauge(
    "simon_dependency_last_success_timestamp_seconds",
    "When a dependency last answered this process as it should; absent before the first time.",
    { dependency: DEPENDENCIES },
    () => names.flatMap((name) => momentOf(name, moments.get(name))),
  );
  return (name, atMs) => moments.set(name, atMs);
}

const momentOf = (dependency: Dependency, atMs: number | undefined) =>
  atMs === undefined ? [] : [{ labels: { dependency }, value: atMs / 1000 }];

/**
 * Asks each dependency every 15 s for something that this process needs of it anyway, whatever the process does otherwise: one that is
 * idle notices an outage, too.
 * @param ask one question each, that is answered with whether all is well; a Failure means no
 */
export function watchDependencies<Name extends Dependency>(options: {
  readonly telemetry: Telemetry;
  readonly fail: (failure: Failure) => void;
  readonly ask: Readonly<Record<Name, () => Promise<boolean>>>;
  /** As of `dependencyMoments`. */
  readonly answered: (name: Name, atMs: number) => void;
}): Part {
  const { ask, answered } = options;
  const names = Object.keys(ask) as Name[];
  /** One that gives no answer at all is not asked once more before it has: questions do not pile up. */
  const underWay = new Map<Name, Promise<boolean>>();
  const askOne = async (name: Name, stopping: AbortSignal): Promise<void> => {
    const asking = underWay.get(name) ?? ask[name]().finally(() => underWay.delete(name));
    underWay.set(name, asking);
    try {
      if (await inTime(asking, stopping)) answered(name, systemClock());
    } catch (error) {
      // Whoever needs it says what is wrong; here it is that nothing is noted.
      if (!(error instanceof Failure)) throw error;
    }
  };
  return createLoop(createLoopContext(options, ["dependencies"]), {
    name: "dependencies",
    everyMs: ASK_EVERY_MS,
    lost: "Dependencies are no longer watched",
    beat: async ({ stopping }) => {
      await Promise.all(names.map((name) => askOne(name, stopping)));
      return false;
    },
  });
}

/** The answer, or false when it does not come in time. */
async function inTime(asking: Promise<boolean>, stopping: AbortSignal): Promise<boolean> {
  const isAnswered = new AbortController();
  const late = pause(ANSWERS_WITHIN_MS, AbortSignal.any([stopping, isAnswered.signal])).then(() => false);
  try {
    return await Promise.race([asking, late]);
  } finally {
    isAnswered.abort();
  }
}
