import type { Connection, Queryable } from "../shared/postgres.ts";
import type { Entity } from "./domain/entity.ts";
import type { PackedRows } from "./domain/packed-rows.ts";
import type { Lease } from "./schedule.ts";
import { rowsFromStored, storedRows } from "./stored-rows.ts";

/** A page of a list in progress that has been published. */
export type DonePage = {
  /** SHA-256 of the body; null where it does not stand for the rows. */
  readonly hash: Buffer | null;
  /** Rows in the answer. */
  readonly rows: number;
  /** Rows of it that no earlier page of the list had. */
  readonly fresh: number;
  /** Null: the bytes of last time. */
  readonly compared: PackedRows | null;
};

/**
 * The pages of this list's scan that was interrupted, if it can be resumed: it is of this epoch and filter, and somebody
 * went on with it less than an hour ago. Older pages would say too little about today.
 */
export async function readOpenScan(
  db: Queryable,
  lease: Lease,
  wanted: { readonly entity: Entity; readonly filterHash: string },
): Promise<readonly DonePage[] | null> {
  const { rows } = await db.query<PageRow>(
    `select p.page, p.body_hash as "hash", p.listed_rows as "listed", p.fresh_rows as "fresh",
       p.rows as "stored"
     from unit4_poller.scans s join unit4_poller.scan_pages p using (tenant_id, entity)
     where s.tenant_id = $1 and s.entity = $2 and s.epoch = $3 and s.filter_hash = $4
       and s.touched_at > now() - interval '1 hour'
     order by p.page`,
    [lease.tenantId, wanted.entity, lease.epoch, wanted.filterHash],
  );
  if (rows.length === 0) return null;
  const pages: DonePage[] = [];
  for (const { hash, listed, fresh, stored } of rows)
    pages.push({
      hash,
      rows: listed,
      fresh,
      compared: stored === null ? null : await rowsFromStored(stored),
    });
  return pages;
}

type PageRow = {
  readonly page: number;
  readonly hash: Buffer | null;
  readonly listed: number;
  readonly fresh: number;
  readonly stored: Buffer | null;
};

/** Begins the stored form of a scan, in place of an older one. The caller has locked the lease in this transaction. */
export async function openScan(
  tx: Connection,
  lease: Lease,
  scan: { readonly entity: Entity; readonly revision: number; readonly filterHash: string },
): Promise<void> {
  await closeScan(tx, lease, scan.entity);
  await tx.query(
    `insert into unit4_poller.scans (tenant_id, entity, epoch, revision, filter_hash) values ($1, $2, $3, $4, $5)`,
    [lease.tenantId, scan.entity, lease.epoch, scan.revision, scan.filterHash],
  );
}

/** Adds pages to the stored form of a scan. The caller has locked the lease in this transaction. */
export async function addPages(
  tx: Connection,
  lease: Lease,
  added: { readonly entity: Entity; readonly firstPage: number; readonly pages: readonly DonePage[] },
): Promise<void> {
  for (const [offset, page] of added.pages.entries())
    await tx.query(
      `insert into unit4_poller.scan_pages (tenant_id, entity, page, body_hash, listed_rows, fresh_rows, rows)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        lease.tenantId,
        added.entity,
        added.firstPage + offset,
        page.hash,
        page.rows,
        page.fresh,
        page.compared === null ? null : await storedRows(page.compared),
      ],
    );
  await tx.query("update unit4_poller.scans set touched_at = now() where tenant_id = $1 and entity = $2", [
    lease.tenantId,
    added.entity,
  ]);
}

/** Forgets the stored form of a scan. The caller has locked the lease in this transaction. */
export async function closeScan(tx: Connection, lease: Lease, entity: Entity): Promise<void> {
  await tx.query("delete from unit4_poller.scans where tenant_id = $1 and entity = $2", [
    lease.tenantId,
    entity,
  ]);
}
