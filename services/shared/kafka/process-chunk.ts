import { systemClock } from "../clock.ts";
import { crashPoint } from "../crash-points.ts";
import { describeError } from "../domain/failure.ts";
import type { NewMessage } from "../domain/message-catalogue.ts";
import { partitionFor } from "../domain/partitioner.ts";
import { partitionKey } from "../domain/record-key.ts";
import { Unreadable } from "../domain/wire-format.ts";
import { type Connection, inTransaction, type Pool, postgresErrorKind } from "../postgres.ts";
import type { DeadLetters } from "./dead-letter.ts";
import { processedLetter } from "./domain/processed-letter.ts";
import { type Poison, placeRecord, type RawRecord } from "./incoming.ts";
import { advancePosition, type Move, type Position, type PositionsOf, placeOf } from "./positions.ts";
import type { PostgresRoute, PreparedChunk } from "./postgres-route.ts";
import type { OutgoingRecord, Publisher } from "./producer.ts";

type ChunkOptions = {
  readonly pool: Pool;
  readonly group: string;
  readonly positions: PositionsOf;
  readonly deadLetters: DeadLetters;
  readonly publisher: Publisher;
  readonly messages: MessageRecords;
};

/** Messages as records, for a caller that publishes them with others. */
export type MessageRecords = { records(messages: readonly NewMessage[]): readonly OutgoingRecord[] };

/**
 * Processes a chunk and moves its position, once: poison to the dead letters first, then rows, position and records in one
 * transaction. @returns false when the position was somebody else's to move
 */
export async function processChunk(
  options: ChunkOptions,
  one: PostgresRoute,
  records: readonly RawRecord[],
  move: Move,
): Promise<boolean> {
  const prepared = await one.prepare(records);
  await options.deadLetters.send(options.group, prepared.poison);
  if (prepared.poison.length > 0) crashPoint("dead-letters-sent");
  try {
    return await applyAndMove(options, prepared, move);
  } catch (error) {
    if (postgresErrorKind(error) !== "data" || prepared.originals.length === 0) throw error;
  }
  return applyWithoutCulprits(options, prepared, move);
}

/** All of the chunk and the position in one transaction. */
async function applyAndMove(options: ChunkOptions, prepared: PreparedChunk, move: Move): Promise<boolean> {
  return commitIfOwned(options, move, async (tx) => [
    ...(await prepared.apply(tx, 0, prepared.originals.length)),
    ...tellProcessed(options, prepared.originals),
  ]);
}

class PositionLost extends Error {}

async function commitIfOwned(
  options: ChunkOptions,
  move: Move,
  work: (tx: Connection) => Promise<readonly OutgoingRecord[]>,
): Promise<boolean> {
  try {
    await inTransaction(options.pool, async (tx) => {
      if (!(await advancePosition(tx, options.positions, move))) throw new PositionLost();
      const outgoing = await work(tx);
      if (outgoing.length > 0) await options.publisher.publish(outgoing);
      crashPoint("before-chunk-commit");
    });
    crashPoint("after-chunk-commit");
    return true;
  } catch (error) {
    if (error instanceof PositionLost) return false;
    throw error;
  }
}

/** Postgres refused the values of some record: apply all the others and set the culprits aside. */
async function applyWithoutCulprits(
  options: ChunkOptions,
  prepared: PreparedChunk,
  move: Move,
): Promise<boolean> {
  return commitIfOwned(options, move, async (tx) => {
    const { outgoing, culprits } = await applyAroundCulprits(tx, prepared);
    await options.deadLetters.send(options.group, culprits);
    const refused = new Set(culprits.map(({ record }) => record));
    const processed = prepared.originals.filter((record) => !refused.has(record));
    return [...outgoing, ...tellProcessed(options, processed)];
  });
}

/** Of records that were set aside before and put back since, that they are processed now. */
const tellProcessed = (
  { group, messages }: ChunkOptions,
  records: readonly RawRecord[],
): readonly OutgoingRecord[] =>
  messages.records(records.flatMap((record) => processedLetter(record, group, systemClock()) ?? []));

type Stretch = { readonly from: number; readonly to: number };

/**
 * Applies a chunk of which Postgres refuses the values of some record: stretches are tried under a savepoint and halved
 * until the culprits stand alone. Gives the records to publish for what was applied, and the culprits.
 */
export async function applyAroundCulprits(
  tx: Connection,
  chunk: PreparedChunk,
): Promise<{ readonly outgoing: readonly OutgoingRecord[]; readonly culprits: readonly Poison[] }> {
  const outgoing: OutgoingRecord[] = [];
  const culprits: Poison[] = [];
  const stretches: Stretch[] = [{ from: 0, to: chunk.originals.length }];
  for (let stretch = stretches.pop(); stretch !== undefined; stretch = stretches.pop()) {
    const attempt = await tryStretch(tx, chunk, stretch);
    if (attempt.kind === "applied") outgoing.push(...attempt.outgoing);
    else if (stretch.to - stretch.from > 1) stretches.push(...halvesInReverse(stretch));
    else culprits.push(...culpritAt(chunk, stretch.from, attempt.detail));
  }
  return { outgoing, culprits };
}

type Attempt =
  | { readonly kind: "applied"; readonly outgoing: readonly OutgoingRecord[] }
  | { readonly kind: "refused"; readonly detail: string };

async function tryStretch(tx: Connection, chunk: PreparedChunk, { from, to }: Stretch): Promise<Attempt> {
  await tx.query("savepoint stretch");
  try {
    const outgoing = await chunk.apply(tx, from, to);
    await tx.query("release savepoint stretch");
    return { kind: "applied", outgoing };
  } catch (error) {
    if (postgresErrorKind(error) !== "data") throw error;
    await tx.query("rollback to savepoint stretch");
    return { kind: "refused", detail: describeError(error) };
  }
}

/** The later half first: the stack gives the earlier one back first, so that records are applied in their order. */
function halvesInReverse({ from, to }: Stretch): readonly Stretch[] {
  const middle = Math.floor((from + to) / 2);
  return [
    { from: middle, to },
    { from, to: middle },
  ];
}

function culpritAt(chunk: PreparedChunk, index: number, detail: string): readonly Poison[] {
  const record = chunk.originals[index];
  return record === undefined ? [] : [{ record, error: new Unreadable("REFUSED_BY_POSTGRES", detail) }];
}

type Chunk = { readonly records: readonly RawRecord[]; readonly lastOffset: number };

/** What of a batch is not behind its position, in order, in chunks of `size` records at most. */
export function* chunksOf(records: readonly RawRecord[], from: Position, size: number): Generator<Chunk> {
  const wanted = records
    .filter(({ offset }) => offset >= from.nextOffset)
    .map((record) =>
      placeRecord(record, {
        place: placeOf(from.generation, record.offset),
        isStray: isStray(record, from.keysAmong),
      }),
    );
  for (let start = 0; start < wanted.length; start += size) {
    const chunk = wanted.slice(start, start + size);
    yield { records: chunk, lastOffset: chunk.at(-1)?.offset ?? from.nextOffset };
  }
}

/** The latest time stamp of records, milliseconds since 1970 UTC. */
export const latestOf = (records: readonly RawRecord[]): number =>
  records.reduce((latest, { timestampMs }) => Math.max(latest, timestampMs), 0);

/** @param keysAmong null where no tenant ever moved away */
export const isStray = ({ key, partition }: RawRecord, keysAmong: number | null): boolean =>
  keysAmong !== null &&
  key !== null &&
  partitionFor(Buffer.from(partitionKey(key.toString())), keysAmong) !== partition;
