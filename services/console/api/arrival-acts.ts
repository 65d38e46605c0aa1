import type { Queryable } from "../../shared/postgres.ts";

/** A workorder that a program sent in. */
export type Arrival = {
  readonly tenantId: string;
  readonly workorderId: string;
  /** Milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  readonly contentHash: Buffer;
};

/**
 * Notes a workorder that came in. `new`: it has to be published; `published`: this very one was; `changed`: one that was
 * archived at the same moment or later came in before, with other content.
 */
export async function noteArrival(db: Queryable, arrival: Arrival): Promise<"new" | "published" | "changed"> {
  const { tenantId, workorderId, contentHash } = arrival;
  const { rowCount } = await db.query({
    text: `insert into integration.accepted_workorders as known (tenant_id, workorder_id, archived_at, content_hash)
       values ($1, $2, $3, $4)
       on conflict (tenant_id, workorder_id) do update set archived_at = excluded.archived_at,
         content_hash = excluded.content_hash, accepted_at = now(), published_at = null
       where known.archived_at < excluded.archived_at`,
    values: [tenantId, workorderId, new Date(arrival.archivedAt), contentHash],
  });
  if (rowCount === 1) return "new";
  const { rows } = await db.query<{ isSame: boolean; isPublished: boolean }>(
    `select content_hash = $3 as "isSame", published_at is not null as "isPublished"
     from integration.accepted_workorders where tenant_id = $1 and workorder_id = $2`,
    [tenantId, workorderId, contentHash],
  );
  if (rows[0]?.isSame !== true) return "changed";
  return rows[0].isPublished ? "published" : "new";
}

/** Notes that the broker has it, unless a later one came in meanwhile. */
export async function noteArrivalPublished(
  db: Queryable,
  { tenantId, workorderId, contentHash }: Arrival,
): Promise<void> {
  await db.query({
    text: `update integration.accepted_workorders set published_at = now()
       where tenant_id = $1 and workorder_id = $2 and content_hash = $3`,
    values: [tenantId, workorderId, contentHash],
  });
}

/** Few enough that nobody waits for it; what is left goes in the next beat. */
const MOST_FORGOTTEN = 20_000;

/** Forgets what came in longer ago than its topic remembers, the oldest first. Rows are named by an array, as an index finds them. */
export async function deleteOldArrivals(db: Queryable): Promise<void> {
  await db.query(
    `delete from integration.accepted_workorders where ctid = any(array(
       select ctid from integration.accepted_workorders where accepted_at < now() - interval '90 days'
       order by accepted_at limit $1))`,
    [MOST_FORGOTTEN],
  );
}
