import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import { OPEN_LETTERS } from "../shared/operations/domain/letter-states.ts";
import type { Pool, Queryable } from "../shared/postgres.ts";
import type { DeadLetterFigures, LogTelemetry } from "./telemetry.ts";

const COUNT_EVERY_MS = 15_000;
/** More are told as so many: whoever sees it knows enough, and counting stays cheap. */
const MOST = 10_000;

/** Counts the dead letters that are open, for the metrics. */
export const createDeadLetterFiguresLoop = (
  context: LoopContext<"dead-letter-figures">,
  { pool, telemetry }: { readonly pool: Pool; readonly telemetry: LogTelemetry },
): Loop =>
  createLoop(context, {
    name: "dead-letter-figures",
    everyMs: COUNT_EVERY_MS,
    lost: "Dead letters are no longer counted",
    beat: async () => {
      telemetry.deadLettersSeen(await countDeadLetters(pool));
      return false;
    },
  });

/** Reads the oldest 10,000 at most, by their age. */
export async function countDeadLetters(db: Queryable): Promise<DeadLetterFigures> {
  const { rows } = await db.query<{ count: number; oldestSeconds: number | null }>(
    `select count(*) as count, extract(epoch from now() - min(failed_at))::float as "oldestSeconds"
     from (select failed_at from log.dead_letters
       where state in ${OPEN_LETTERS} order by failed_at limit $1) kept`,
    [MOST],
  );
  return { count: rows[0]?.count ?? 0, oldestSeconds: Math.max(0, rows[0]?.oldestSeconds ?? 0) };
}
