import type { Connection, Queryable } from "../postgres.ts";
import type { Partition } from "./group-consumer.ts";

/** A table `positions` in the schema of a service, such as `simon.positions`: the next offset of each partition. */
export type PositionsTable = `${string}.positions`;

export type Position = Partition & { readonly nextOffset: number };

/** Where in Postgres a group keeps its positions. */
export type PositionsOf = { readonly table: PositionsTable; readonly group: string };

/** Stored positions of a group; partitions that were never read are absent. */
export async function loadPositions(
  db: Queryable,
  { table, group }: PositionsOf,
): Promise<readonly Position[]> {
  const { rows } = await db.query<{ topic: string; partition: number; nextOffset: number }>(
    `select topic, partition, next_offset as "nextOffset" from ${table} where consumer_group = $1`,
    [group],
  );
  return rows;
}

/** Stores where unread partitions begin; leaves alone what another instance stored first. */
export async function insertPositions(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly Position[],
): Promise<void> {
  await db.query(
    `insert into ${table} (consumer_group, topic, partition, next_offset)
     select $1, * from unnest($2::text[], $3::int[], $4::bigint[]) on conflict do nothing`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ nextOffset }) => nextOffset),
    ],
  );
}

/**
 * Moves a position, in the transaction of the effect. The comparison is the only fence there is: a process that was
 * frozen and lost its partition still believes that it owns it.
 * @returns false when somebody else moved it: roll back
 */
export async function advancePosition(
  tx: Connection | Queryable,
  { table, group }: PositionsOf,
  move: Partition & { readonly from: number; readonly to: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update ${table} set next_offset = $5
     where consumer_group = $1 and topic = $2 and partition = $3 and next_offset = $4`,
    [group, move.topic, move.partition, move.from, move.to],
  );
  return rowCount === 1;
}
