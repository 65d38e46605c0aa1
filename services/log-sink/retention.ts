import { patient, type Queryable } from "../shared/postgres.ts";

export type RemovedRows = {
  readonly occurrences: number;
  readonly messages: number;
  readonly deadLetters: number;
};

/** Few enough that one statement locks and logs little. */
const BATCH_ROWS = 5_000;

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
      `delete from log.occurrences where message_id in (
       select message_id from log.occurrences where at < now() - make_interval(days => $1) limit $2)`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}

async function removeMessages(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    patient(
      `delete from log.messages where id in (
       select id from log.messages
       where (closed_at is not null or kind = 'info')
         and coalesce(closed_at, last_at) < now() - make_interval(days => $1) limit $2)`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}

async function removeDeadLetters(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    patient(
      `delete from log.dead_letters where (topic, partition, record_offset, consumer_group) in (
       select topic, partition, record_offset, consumer_group from log.dead_letters
       where failed_at < now() - make_interval(days => $1) limit $2)`,
      [days, BATCH_ROWS],
    ),
  );
  return rowCount ?? 0;
}
