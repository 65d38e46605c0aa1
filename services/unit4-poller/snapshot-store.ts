import type { ArticleFilter } from "../shared/domain/article-filter.ts";
import type { Connection, Queryable } from "../shared/postgres.ts";
import type { Brake } from "./domain/deletion-brake.ts";
import type { Entity } from "./domain/entity.ts";
import { decodePages, encodePages, type KnownPage } from "./domain/known-pages.ts";
import { NO_ROWS } from "./domain/list-comparison.ts";
import type { EndKnowledge } from "./domain/list-end.ts";
import type { PastScan } from "./domain/list-history.ts";
import { ADDRESS_PENDING, NOWHERE, type PackedRows, untoldRows } from "./domain/packed-rows.ts";
import type { Lease } from "./schedule.ts";
import { rowsFromStored, storedRows } from "./stored-rows.ts";

/** What is needed of a snapshot to see that nothing changed; its rows are read only when something did. */
export type SnapshotHead = {
  readonly filterHash: string;
  readonly filter: ArticleFilter | null;
  readonly rowCount: number;
  readonly absentCount: number;
  readonly pendingCount: number;
  readonly pages: readonly KnownPage[];
  readonly knowledge: EndKnowledge;
  /** Revision of the first of the lists in a row that were not read to their end; null where the last one was. */
  readonly incompleteSince: number | null;
  /** Whether a list of this epoch was read to its end, so that the first load is over. */
  readonly isLoaded: boolean;
  readonly history: readonly PastScan[];
  readonly addresses: AddressRound;
};

/** Where the weekly round over the invoice addresses stands. */
export type AddressRound = {
  /** Milliseconds since 1970 UTC; null before the first look-up. */
  readonly checkedAt: number | null;
  /** Id of the customer that was looked at last. */
  readonly checkedTo: string;
};

/** What is stored of a list, without its rows. */
export type ListState = {
  /** Null before the first complete list in this epoch. */
  readonly head: SnapshotHead | null;
  /** The open question about its deletions. */
  readonly brake: Brake | null;
  /** Whether a scan of it was handed over. */
  readonly hasOpenScan: boolean;
  /** The operation that wants it read again; null: none. */
  readonly resync: WantedResync | null;
};

/** @property isFull whether every row is told anew */
export type WantedResync = { readonly operationId: number; readonly isFull: boolean };

const NEVER_READ: ListState = { head: null, brake: null, hasOpenScan: false, resync: null };

type StateRow = {
  readonly entity: Entity;
  readonly filterHash: string | null;
  readonly filter: ArticleFilter | null;
  readonly rowCount: number;
  readonly absentCount: number;
  readonly pendingCount: number;
  readonly pages: Buffer;
  readonly cap: number | null;
  readonly provedRows: number | null;
  readonly provedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly checkedTo: string;
  readonly incompleteSince: number | null;
  readonly isLoaded: boolean;
  readonly history: readonly PastScan[];
  readonly haltedAt: Date | null;
  readonly revision: number | null;
  readonly missing: number;
  readonly decision: Brake["decision"];
  readonly most: number;
  readonly hasOpenScan: boolean;
  readonly operationId: number | null;
  readonly isFull: boolean;
};

/** What is stored of both lists of a tenant in its present epoch: in one statement, since most turns need no other. */
export async function readListStates(
  db: Queryable,
  lease: Lease,
): Promise<Readonly<Record<Entity, ListState>>> {
  const { rows } = await db.query<StateRow>(
    `select e.entity, s.filter_hash as "filterHash", s.filter, s.row_count as "rowCount",
       s.absent_count as "absentCount", s.pending_count as "pendingCount", s.pages, s.page_cap as "cap",
       s.proved_rows as "provedRows", s.proved_at as "provedAt", s.addresses_checked_at as "checkedAt",
       s.addresses_checked_to as "checkedTo", s.incomplete_since as "incompleteSince",
       s.is_loaded as "isLoaded", s.history, b.halted_at as "haltedAt",
       b.revision, b.missing, b.decision, b.most,
       o.tenant_id is not null as "hasOpenScan", wanted.operation_id as "operationId", wanted.is_full as "isFull"
     from (values ('customer'), ('article')) e(entity)
     left join unit4_poller.snapshots s on s.tenant_id = $1 and s.entity = e.entity and s.epoch = $2
     left join unit4_poller.brakes b on b.tenant_id = $1 and b.entity = e.entity and b.epoch = $2
     left join unit4_poller.scans o on o.tenant_id = $1 and o.entity = e.entity and o.epoch = $2
     left join lateral (
       select r.operation_id, r.is_full from unit4_poller.resyncs r join integration.operations using (operation_id)
       where r.tenant_id = $1 and r.entity = e.entity and r.ended_at is null and operations.state = 'running'
       order by r.operation_id limit 1) wanted on true`,
    [lease.tenantId, lease.epoch],
  );
  const states = new Map(rows.map((row) => [row.entity, stateOf(row)]));
  return {
    customer: states.get("customer") ?? NEVER_READ,
    article: states.get("article") ?? NEVER_READ,
  };
}

function stateOf(row: StateRow): ListState {
  const { revision, missing, decision, most, haltedAt, hasOpenScan, operationId, isFull } = row;
  return {
    head: headOf(row),
    brake:
      revision === null || haltedAt === null
        ? null
        : { revision, haltedAt: haltedAt.getTime(), missing, decision, most },
    hasOpenScan,
    resync: operationId === null ? null : { operationId, isFull },
  };
}

function headOf(row: StateRow): SnapshotHead | null {
  const { filterHash, filter, rowCount, absentCount, pendingCount, incompleteSince, isLoaded, history } = row;
  if (filterHash === null) return null;
  return {
    filterHash,
    filter,
    rowCount,
    absentCount,
    pendingCount,
    incompleteSince,
    isLoaded,
    history,
    pages: decodePages(row.pages),
    knowledge: { cap: row.cap, provedRows: row.provedRows, provedAt: row.provedAt?.getTime() ?? null },
    addresses: { checkedAt: row.checkedAt?.getTime() ?? null, checkedTo: row.checkedTo },
  };
}

/**
 * Gives up what is stored of a list: every row of it is published anew, which is harmless (case O40). What Unit4 deleted
 * since the last good list is not found missing, since nothing says which rows those were. Only while the lease is held.
 */
export async function giveUpSnapshot(tx: Connection, lease: Lease, entity: Entity): Promise<void> {
  await tx.query("delete from unit4_poller.snapshots where tenant_id = $1 and entity = $2 and epoch < $3", [
    lease.tenantId,
    entity,
    lease.epoch,
  ]);
  await tx.query(
    `update unit4_poller.snapshots set rows = $3, row_count = 0, absent_count = 0, pending_count = 0, pages = ''
     where tenant_id = $1 and entity = $2`,
    [lease.tenantId, entity, await storedRows(NO_ROWS)],
  );
}

/**
 * The rows of a tenant's snapshot, sorted by id; none where there is no snapshot in this epoch.
 * @throws Failure SNAPSHOT_UNREADABLE
 */
export async function readSnapshotRows(db: Queryable, lease: Lease, entity: Entity): Promise<PackedRows> {
  const { rows } = await db.query<{ rows: Buffer }>(
    "select rows from unit4_poller.snapshots where tenant_id = $1 and entity = $2 and epoch = $3",
    [lease.tenantId, entity, lease.epoch],
  );
  return rows[0] === undefined ? NO_ROWS : rowsFromStored(rows[0].rows);
}

/**
 * What a new activation finds of the one before it: ids that Simon may still have, and nothing that was told in the new
 * epoch. Every row of the list is published anew; a row that the list lacks was deleted meanwhile, or is about to be
 * found missing like any other. None where the tenant's administration is another one now.
 * @throws Failure SNAPSHOT_UNREADABLE
 */
export async function readRowsOfEarlierEpoch(
  db: Queryable,
  lease: Lease,
  entity: Entity,
): Promise<PackedRows> {
  const { rows } = await db.query<{ rows: Buffer }>(
    `select rows from unit4_poller.snapshots
     where tenant_id = $1 and entity = $2 and epoch < $3 and administration = $4`,
    [lease.tenantId, entity, lease.epoch, lease.administration],
  );
  return rows[0] === undefined ? NO_ROWS : untoldRows(await rowsFromStored(rows[0].rows));
}

export type NewSnapshot = {
  readonly entity: Entity;
  readonly revision: number;
  readonly filterHash: string;
  readonly filter: ArticleFilter | null;
  readonly pages: readonly KnownPage[];
  readonly rows: PackedRows;
  /** `storedRows(rows)`. */
  readonly stored: Buffer;
  readonly knowledge: EndKnowledge;
  readonly incompleteSince: number | null;
  readonly isLoaded: boolean;
  readonly history: readonly PastScan[];
};

/** Replaces a tenant's snapshot. The caller has locked the lease in this transaction. */
export async function saveSnapshot(tx: Connection, lease: Lease, snapshot: NewSnapshot): Promise<void> {
  await tx.query(
    `insert into unit4_poller.snapshots (tenant_id, entity, epoch, revision, filter_hash, filter, row_count,
       absent_count, pending_count, pages, rows, page_cap, proved_rows, proved_at, administration, incomplete_since,
       is_loaded, history)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, to_timestamp($14 / 1000.0), $15, $16, $17, $18)
     on conflict (tenant_id, entity) do update set
       epoch = excluded.epoch, administration = excluded.administration, revision = excluded.revision, filter_hash = excluded.filter_hash,
       filter = excluded.filter, row_count = excluded.row_count, absent_count = excluded.absent_count,
       pending_count = excluded.pending_count, pages = excluded.pages, rows = excluded.rows,
       incomplete_since = excluded.incomplete_since, is_loaded = excluded.is_loaded,
       history = excluded.history, page_cap = excluded.page_cap, proved_rows = excluded.proved_rows, proved_at = excluded.proved_at,
       saved_at = now()`,
    [
      lease.tenantId,
      snapshot.entity,
      lease.epoch,
      snapshot.revision,
      snapshot.filterHash,
      snapshot.filter,
      snapshot.rows.count,
      absentCount(snapshot.rows),
      pendingCount(snapshot.rows),
      encodePages(snapshot.pages),
      snapshot.stored,
      snapshot.knowledge.cap,
      snapshot.knowledge.provedRows,
      snapshot.knowledge.provedAt,
      lease.administration,
      snapshot.incompleteSince,
      snapshot.isLoaded,
      JSON.stringify(snapshot.history),
    ],
  );
}

/** Notes what an unchanged list taught about its end. The caller has locked the lease in this transaction. */
export async function saveKnowledge(
  tx: Connection,
  lease: Lease,
  known: { readonly entity: Entity; readonly knowledge: EndKnowledge },
): Promise<void> {
  const { cap, provedRows, provedAt } = known.knowledge;
  await tx.query(
    `update unit4_poller.snapshots set page_cap = $4, proved_rows = $5, proved_at = to_timestamp($6 / 1000.0)
     where tenant_id = $1 and entity = $2 and epoch = $3`,
    [lease.tenantId, known.entity, lease.epoch, cap, provedRows, provedAt],
  );
}

/** Replaces rows and round after look-ups of invoice addresses. The caller has locked the lease in this transaction. */
export async function saveAddresses(
  tx: Connection,
  lease: Lease,
  found: { readonly rows: PackedRows; readonly stored: Buffer; readonly round: AddressRound },
): Promise<void> {
  await tx.query(
    `update unit4_poller.snapshots set rows = $4, pending_count = $5,
       addresses_checked_at = to_timestamp($6 / 1000.0), addresses_checked_to = $7, saved_at = now()
     where tenant_id = $1 and entity = $2 and epoch = $3`,
    [
      lease.tenantId,
      "customer",
      lease.epoch,
      found.stored,
      pendingCount(found.rows),
      found.round.checkedAt,
      found.round.checkedTo,
    ],
  );
}

const absentCount = (rows: PackedRows): number =>
  rows.pages.reduce((count, page) => count + Number(page === NOWHERE), 0);

/** Rows that the list lacked wait until it shows them again. */
const pendingCount = (rows: PackedRows): number =>
  rows.flags.reduce(
    (count, flags, index) => count + Number((flags & ADDRESS_PENDING) !== 0 && rows.pages[index] !== NOWHERE),
    0,
  );
