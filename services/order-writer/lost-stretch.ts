import { z } from "zod";
import type { KafkaClient } from "../shared/kafka/client.ts";
import { loadPositions } from "../shared/kafka/positions.ts";
import { type CommittedOffset, committedOffsets, topicBounds } from "../shared/kafka/starting-positions.ts";
import { inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";
import { IS_OPEN } from "./ledger/order-ledger.ts";
import { knownBeats } from "./pulse.ts";

/** Where the requests come from, and how far they were taken in. */
export type Requests = {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly group: string;
  readonly topic: string;
};

const noteSchema = z.object({ instance: z.string(), beat: z.number() });

/**
 * Whether the database lacks what it confirmed (case O27), by what Kafka knows: the group was further on than the ledger is, or
 * a process had more beats than the database says.
 * @throws Failure KAFKA_UNAVAILABLE, or what pg throws
 */
export async function isBehindKafka({ pool, kafka, group, topic }: Requests): Promise<boolean> {
  const committed = await committedOffsets(kafka, group, [topic]);
  const stored = new Map(
    (await loadPositions(pool, { table: "order_writer.positions", group })).map((one) => [
      `${one.topic}/${one.partition}`,
      one.nextOffset,
    ]),
  );
  for (const [name, { offset }] of committed) if (offset > (stored.get(name) ?? offset)) return true;
  const notes = [...committed.values()].flatMap(noteOf);
  const beats = await knownBeats(
    pool,
    notes.map(({ instance }) => instance),
  );
  return notes.some(({ instance, beat }) => beat > (beats.get(instance) ?? 0));
}

/** A note that is not ours, or none, says nothing. */
function noteOf({ note }: CommittedOffset): readonly z.infer<typeof noteSchema>[] {
  try {
    const { data } = noteSchema.safeParse(JSON.parse(note));
    return data === undefined ? [] : [data];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * What was lost may have been sent: for every order that is open, and for every request that is on its topic by now and is read
 * again, Unit4 is asked before anything is sent. Doing it twice costs look-ups only.
 * @param quietMs nothing is asked for so long: a sending of the lost stretch may still be stored
 */
export async function lookFirst(requests: Requests, quietMs: number): Promise<void> {
  const bounds = await topicBounds(requests.kafka, [requests.topic]);
  await inTransaction(requests.pool, async (tx) => {
    await keepIntakeOut(tx, requests);
    await noteRechecks(
      tx,
      requests.topic,
      [...bounds].map(([name, { high }]) => ({ partition: Number(name.split("/").at(-1)), until: high })),
      quietMs,
    );
    await doubtOpenOrders(tx, quietMs);
  });
}

/**
 * Waits for requests that are being taken in, so that they are doubted too, and holds the next ones up until they can see that
 * they are read again: whoever takes in holds the row of its position.
 */
async function keepIntakeOut(tx: Queryable, { group, topic }: Requests): Promise<void> {
  await tx.query(
    `select from order_writer.positions where consumer_group = $1 and topic = $2
     order by partition for update`,
    [group, topic],
  );
}

async function noteRechecks(
  tx: Queryable,
  topic: string,
  ends: readonly { readonly partition: number; readonly until: number }[],
  quietMs: number,
): Promise<void> {
  await tx.query(
    `insert into order_writer.rechecks as known (topic, partition, until_offset, asked_from)
     select $1, partition, until, now() + $4 * interval '1 millisecond'
     from unnest($2::int[], $3::bigint[]) as ending (partition, until)
     on conflict (topic, partition) do update
       set until_offset = greatest(known.until_offset, excluded.until_offset), asked_from = excluded.asked_from,
         noticed_at = now()`,
    [topic, ends.map(({ partition }) => partition), ends.map(({ until }) => until), quietMs],
  );
}

/**
 * One that waits is looked up; look-ups of the lost stretch do not count; and what is archived later by then, or will be, is
 * looked up too when it takes the place of the first.
 */
async function doubtOpenOrders(tx: Queryable, quietMs: number): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set state = case state when 'waiting' then 'unknown' else state end, doubted = true, absent_lookups = 0,
       due_at = greatest(due_at, now() + $1 * interval '1 millisecond'), changed_at = now()
     where ${IS_OPEN}`,
    [quietMs],
  );
}

/** Requests before this offset are read again after a loss, and asked for in Unit4 from that time on. */
export type Recheck = { readonly until: number; readonly askedFrom: Date };

/** Of a partition; null where nothing was ever lost. */
export async function findRecheck(
  db: Queryable,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): Promise<Recheck | null> {
  const { rows } = await db.query<Recheck>(
    `select until_offset as until, asked_from as "askedFrom" from order_writer.rechecks
     where topic = $1 and partition = $2`,
    [topic, partition],
  );
  return rows[0] ?? null;
}
