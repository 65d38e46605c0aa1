import { patient, type Queryable } from "../shared/postgres.ts";

export type RemovedRows = {
  readonly occurrences: number;
  readonly messages: number;
  readonly deadLetters: number;
};

/** Few enough that one statement locks and logs little. */
const BATCH_ROWS = 1_000;

/**
 * Removes what is older than so many days, by the database's clock: occurrences, dead letters, and messages that are closed
 * or only inform. An open warning or error stays, however old. Topics keep 30 days, so no replay brings anything back.
 */
export async function removeOldRows(
  db: Queryable,
  days: number,
  isRunning: () => boolean,
): Promise<RemovedRows> {
  return {
    occurrences: await untilNoneIsLeft(() => removeOccurrences(db, days), isRunning),
    messages: await untilNoneIsLeft(() => removeMessages(db, days), isRunning),
    deadLetters: await untilNoneIsLeft(() => removeDeadLetters(db, days), isRunning),
  };
}

/** Rows are named by an array, which is looked up by its index: of a list the planner makes a join that reads the whole table. */
async function untilNoneIsLeft(
  removeBatch: () => Promise<number>,
  isRunning: () => boolean,
): Promise<number> {
  let total = 0;
  while (isRunning()) {
    const removed = await removeBatch();
    total += removed;
    if (removed < BATCH_ROWS) break;
  }
  return total;
}

async function removeOccurrences(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    patient(
      `delete from log.occurrences where message_id = any(array(
         select message_id from log.occurrences where at < now() - make_interval(days => $1) order by at limit $2))`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}

async function removeMessages(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    patient(
      `delete from log.messages where id = any(array(
         select id from log.messages
         where (closed_at is not null or kind = 'info')
           and coalesce(closed_at, last_at) < now() - make_interval(days => $1)
         order by coalesce(closed_at, last_at) limit $2))`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}

async function removeDeadLetters(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    patient(
      `delete from log.dead_letters where ctid = any(array(
         select ctid from log.dead_letters where failed_at < now() - make_interval(days => $1)
         order by failed_at limit $2))`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}
