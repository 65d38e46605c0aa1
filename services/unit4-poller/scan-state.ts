import { crashPoint } from "../shared/crash-points.ts";
import { type Connection, inTransaction } from "../shared/postgres.ts";
import { isNews, type News, publishNews } from "./change-publishing.ts";
import type { Sighting } from "./domain/change-event.ts";
import type { Brake } from "./domain/deletion-brake.ts";
import type { KnownPage } from "./domain/known-pages.ts";
import { type Comparison, startComparison, takeScannedPage } from "./domain/list-comparison.ts";
import { type EndKnowledge, NOTHING_KNOWN } from "./domain/list-end.ts";
import { countChanges } from "./fleet/totals.ts";
import type { FailedEnd, MasterList } from "./master-list.ts";
import type { Poller } from "./poller.ts";
import { noteLatestChange, noteProgress } from "./progress.ts";
import { noteReading } from "./resync/resync-marks.ts";
import { readRowsToTellAnew } from "./resync/rows-to-tell.ts";
import { addPages, type DonePage, openScan, readOpenScan } from "./scan-store.ts";
import { lockOwnLease, nextRevision } from "./schedule.ts";
import {
  type ListState,
  readRowsOfEarlierEpoch,
  readSnapshotRows,
  type SnapshotHead,
  type WantedResync,
} from "./snapshot-store.ts";
import type { Turn } from "./turn.ts";

/** How a turn's work on one list ended. */
export type ScanEnd =
  /** Read to its end and compared. */
  | {
      readonly kind: "complete";
      /** `incomplete`: as far as the server showed it, which is not provably its end. */
      readonly result: "unchanged" | "changed" | "loaded" | "incomplete";
      /** Whether its snapshot was written anew. */
      readonly isSaved: boolean;
    }
  /** Handed over at a page's border; to be gone on with as soon as there is room. */
  | { readonly kind: "unfinished" }
  /** Not ours any more. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly end: FailedEnd };

/** A list on its way through the poller. */
export type Scan<Value> = {
  readonly list: MasterList<Value>;
  readonly turn: Turn;
  readonly filterHash: string;
  /** The operation that it is read for; null: it is a poll like any other. */
  readonly resync: WantedResync | null;
  /** What was known before; null: this is the first load. */
  readonly head: SnapshotHead | null;
  /** The open question about deletions. */
  readonly brake: Brake | null;
  /** Pages by which unchanged bytes are recognised; none where the filter is another one. */
  readonly knownPages: readonly KnownPage[];
  readonly knowledge: EndKnowledge;
  readonly pages: DonePage[];
  /** Pages at the front that the stored form of the scan has; null: there is none yet. */
  storedPages: number | null;
  /** Made when the first page differs, since most lists never need it. */
  comparison: Comparison | null;
  /** Drawn when there is something to tell or to store. */
  revision: number | null;
  changes: number;
  /** Those of them that the resync knows of. */
  notedChanges: number;
  /** Rows of the list, for the progress of a first load; null where this turn did not find out. */
  total: number | null;
  latestChangedOn: string | null;
};

/** The scan of a list: a new one, or the one that an earlier turn handed over. */
export async function beginScan<Value>(
  poller: Poller,
  turn: Turn,
  { list, state }: { readonly list: MasterList<Value>; readonly state: ListState },
): Promise<Scan<Value>> {
  const { entity } = list;
  const { head, brake, resync } = state;
  const open = state.hasOpenScan
    ? await readOpenScan(poller.pool, turn.lease, { entity, filterHash: scanKey(list, resync) })
    : null;
  return {
    list,
    turn,
    head,
    brake,
    resync,
    filterHash: list.choicesHash,
    knownPages: head?.filterHash === list.choicesHash && resync?.isFull !== true ? head.pages : [],
    knowledge: head?.knowledge ?? NOTHING_KNOWN,
    pages: [...(open ?? [])],
    storedPages: open?.length ?? null,
    comparison: null,
    // A new one also where a scan is gone on with: whoever began it may be frozen with a page in hand, and what that one
    // publishes late has to be older than what is seen from here on (case O61).
    revision: null,
    changes: 0,
    notedChanges: 0,
    total: null,
    latestChangedOn: null,
  };
}

/** What a scan is gone on with by: one that began before a resync was asked for is not of it. */
const scanKey = (
  { choicesHash }: Pick<MasterList<unknown>, "choicesHash">,
  resync: WantedResync | null,
): string => (resync === null ? choicesHash : `${choicesHash} for ${resync.operationId}`);

/** The comparison, with the pages taken that are done already. */
export async function comparisonOf(poller: Poller, scan: Scan<unknown>): Promise<Comparison> {
  if (scan.comparison !== null) return scan.comparison;
  const { head, turn, list } = scan;
  const readKnown = scan.resync?.isFull === true ? readRowsToTellAnew : readSnapshotRows;
  const read = head === null ? readRowsOfEarlierEpoch : readKnown;
  const rows = await read(poller.pool, turn.lease, list.entity);
  const comparison = startComparison(rows);
  scan.pages.forEach((page, number) => {
    takeScannedPage(comparison, number, { rows: page.compared });
  });
  scan.comparison = comparison;
  return comparison;
}

/** Version and time for what is told now. */
export async function sightingOf(poller: Poller, scan: Scan<unknown>): Promise<Sighting> {
  const { lease } = scan.turn;
  scan.revision ??= await nextRevision(poller.pool, lease);
  return { tenantId: lease.tenantId, epoch: lease.epoch, revision: scan.revision, observedAt: poller.now() };
}

/** Publishes news and counts it. */
export async function tell<Value>(poller: Poller, scan: Scan<Value>, news: News<Value>): Promise<void> {
  if (!isNews(news)) return;
  await publishNews(poller, scan.list, await sightingOf(poller, scan), news);
  scan.changes += news.changes.length + news.gone.length;
  for (const { observation } of news.changes)
    if (observation.changedOn !== null && observation.changedOn > (scan.latestChangedOn ?? ""))
      scan.latestChangedOn = observation.changedOn;
}

/** Stores the pages that are done, so that the scan can be gone on with from there. */
export async function storePages(poller: Poller, scan: Scan<unknown>): Promise<void> {
  const { entity } = scan.list;
  const { lease } = scan.turn;
  const firstPage = scan.storedPages ?? 0;
  const pages = scan.pages.slice(firstPage);
  if (pages.length === 0) return;
  const { revision } = await sightingOf(poller, scan);
  await inTransaction(poller.pool, async (tx) => {
    await lockOwnLease(tx, lease);
    if (scan.storedPages === null)
      await openScan(tx, lease, { entity, revision, filterHash: scanKey(scan.list, scan.resync) });
    await addPages(tx, lease, { entity, firstPage, pages });
    if (scan.head === null)
      await noteProgress(tx, lease, { entity, done: listedRows(scan), total: scan.total, isFinished: false });
    await noteChanges(tx, scan);
    await noteForResync(tx, scan, null);
  });
  noted(scan);
  scan.storedPages = scan.pages.length;
}

/**
 * Notes what was told of a list in this turn, and counts it for the tenant's charts. A first load and a resync in full are no
 * change: they would make all others look like none. The caller holds the lease in this transaction.
 */
export async function noteChanges(tx: Connection, scan: Scan<unknown>): Promise<void> {
  const { lease } = scan.turn;
  if (scan.changes === 0) return;
  await noteLatestChange(tx, lease, { entity: scan.list.entity, changedOn: scan.latestChangedOn });
  const news = scan.changes - scan.notedChanges;
  if (!isFirstLoad(scan) && scan.resync?.isFull !== true && news > 0)
    await countChanges(tx, lease.tenantId, news);
}

/** Whether the tenant's list was never read to its end. */
export const isFirstLoad = ({ head }: Scan<unknown>): boolean => head === null || !head.isLoaded;

/** Notes how far a list is that is read for a resync, in the transaction of what is kept of it. @param outcome how it ended; null: it goes on */
export async function noteForResync(
  tx: Connection,
  scan: Scan<unknown>,
  outcome: "done" | "incomplete" | null,
): Promise<void> {
  if (scan.resync === null) return;
  const { tenantId } = scan.turn.lease;
  await noteReading(tx, {
    ...{ operationId: scan.resync.operationId, tenantId, entity: scan.list.entity, outcome },
    ...{ read: listedRows(scan), told: scan.changes - scan.notedChanges, isBegin: scan.storedPages === null },
  });
  crashPoint("before-reading-commit");
}

/** To be called when what `noteForResync` noted is committed. */
export function noted(scan: Scan<unknown>): void {
  if (scan.resync === null) return;
  scan.notedChanges = scan.changes;
  crashPoint("after-reading-commit");
}

/** Rows that the list has shown so far, those that came twice included. */
export const listedRows = (scan: Scan<unknown>): number =>
  scan.pages.reduce((sum, page) => sum + page.rows, 0);
