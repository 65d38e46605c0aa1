import type { ReconciledList } from "../../shared/operations/domain/reconcile-report.ts";
import { inTransaction, type Pool, type Queryable } from "../../shared/postgres.ts";
import { ENTITIES, type Entity } from "../domain/entity.ts";
import { FILTERED_OUT, type PackedRows, rowAt } from "../domain/packed-rows.ts";
import { rowsFromStored } from "../stored-rows.ts";
import { driftOf } from "./domain/list-drift.ts";
import { standingRows } from "./simon-ids.ts";

/**
 * Holds Simon's rows of a tenant against its last complete lists. Unit4 is not asked. Lists that were never read to their end are
 * left out, and those of a tenant that is off.
 * @throws Failure SNAPSHOT_UNREADABLE
 */
export async function compareLists(
  pool: Pool,
  tenantId: string,
  entities: readonly Entity[] = ENTITIES,
): Promise<readonly ReconciledList[]> {
  const compared: ReconciledList[] = [];
  for (const entity of entities) {
    // Both sides as they were at one moment.
    const seen = await inTransaction(pool, async (tx) => {
      await tx.query("set transaction isolation level repeatable read, read only");
      const list = await lastList(tx, tenantId, entity);
      return list === null ? null : { list, rows: await standingRows(tx, tenantId, entity) };
    });
    if (seen === null) continue;
    const { list, rows } = seen;
    const listed = listedIds(await rowsFromStored(list.rows));
    compared.push({ ...driftOf(listed, rows), tenantId, entity, listedAt: list.listedAt });
  }
  return compared;
}

type LastList = { readonly rows: Buffer; readonly listedAt: string };

async function lastList(db: Queryable, tenantId: string, entity: Entity): Promise<LastList | null> {
  const { rows } = await db.query<LastList>(
    `select s.rows, to_char(s.saved_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "listedAt"
     from unit4_poller.snapshots s
     join integration.tenants t using (tenant_id)
     where s.tenant_id = $1 and s.entity = $2 and t.status = 'active' and s.epoch = t.epoch and s.is_loaded
       and s.incomplete_since is null`,
    [tenantId, entity],
  );
  return rows[0] ?? null;
}

/** Ids of rows that come over and that the list showed, or of which nobody knows yet whether they are gone. */
const listedIds = (rows: PackedRows): readonly string[] =>
  Array.from({ length: rows.count }, (_, index) => rowAt(rows, index))
    .filter(({ flags }) => (flags & FILTERED_OUT) === 0)
    .map(({ id }) => id);
