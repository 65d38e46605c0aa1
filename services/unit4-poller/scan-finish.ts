import type { MessageCode, NewMessage } from "../shared/domain/message-catalogue.ts";
import { type Connection, inTransaction } from "../shared/postgres.ts";
import { deleteBrake, saveBrake, useConfirmation } from "./brake-store.ts";
import { type Deletions, lookUpMissing } from "./deletions.ts";
import type { Sighting } from "./domain/change-event.ts";
import { judgeMissing, type ListCount, planDeletions, type Verdict } from "./domain/deletion-brake.ts";
import { missingRows, rowsAfter } from "./domain/list-comparison.ts";
import type { EndKnowledge } from "./domain/list-end.ts";
import { dayAgo, type PastScan, withScan } from "./domain/list-history.ts";
import { FILTERED_OUT, type PackedRows, rowAt } from "./domain/packed-rows.ts";
import { SERVICE } from "./domain/service-name.ts";
import type { Poller } from "./poller.ts";
import { noteProgress } from "./progress.ts";
import {
  comparisonOf,
  isFirstLoad,
  listedRows,
  noteChanges,
  noted,
  noteForResync,
  type Scan,
  type ScanEnd,
  sightingOf,
  tell,
} from "./scan-state.ts";
import { closeScan } from "./scan-store.ts";
import { lockOwnLease } from "./schedule.ts";
import { saveKnowledge, saveSnapshot } from "./snapshot-store.ts";
import { storedRows } from "./stored-rows.ts";

/** The end of a list, see domain/list-end.ts. */
export type ListEnd = { readonly pages: number; readonly whole: boolean; readonly knowledge: EndKnowledge };

/**
 * Looks into what a list lacked, tells what is gone, and remembers the list.
 * @throws Failure LEASE_LOST, KAFKA_UNAVAILABLE, or what pg throws
 */
export async function finishScan<Value>(poller: Poller, scan: Scan<Value>, end: ListEnd): Promise<ScanEnd> {
  scan.pages.length = end.pages;
  if (isUnchanged(scan, end.whole)) {
    await rememberKnowledge(poller, scan, end);
    return { kind: "complete", result: end.whole ? "unchanged" : "incomplete", isSaved: false };
  }
  const findings = await lookIntoMissing(poller, scan, end.whole);
  await tell(poller, scan, { ...findings.deletions, addresses: new Map(), unreadable: [] });
  const rows = rowsAfter(
    await comparisonOf(poller, scan),
    scan.pages.map(({ compared }) => ({ rows: compared })),
    findings.deletions.fates,
  );
  await poller.messages.log(messagesOf(await sightingOf(poller, scan), scan, { ...findings, rows }));
  await remember(poller, scan, { ...findings, rows, knowledge: end.knowledge });
  return endOf(scan, findings);
}

/** What a list lacked, and what follows from it. */
type Findings<Value> = {
  readonly count: ListCount;
  readonly verdict: Verdict;
  readonly deletions: Deletions<Value>;
  /** Whether this list answers the question that was open. */
  readonly isAnswered: boolean;
  /** Ids of the first rows that the list lacked, where a person is to be asked about them. */
  readonly missingIds: readonly string[];
  /** Whether the list was provably read to its end. */
  readonly isWhole: boolean;
};

/** A person looks through so many at most. */
const MOST_SHOWN = 1_000;

async function lookIntoMissing<Value>(
  poller: Poller,
  scan: Scan<Value>,
  isWhole: boolean,
): Promise<Findings<Value>> {
  const comparison = await comparisonOf(poller, scan);
  const missing = missingRows(comparison);
  const known = comparison.previous.count;
  const count: ListCount = {
    ...{ known, listed: listedRows(scan), missing: missing.length },
    dayAgo: dayAgo(historyOf(scan), { at: scan.brake?.haltedAt ?? poller.now(), known }),
  };
  const verdict = isWhole ? judgeMissing(count, scan.brake) : NOT_WHOLE;
  const plan = planDeletions(missing, verdict, poller.limits.deletionBudget);
  const deletions = await lookUpMissing(scan.turn, scan.list, { comparison, plan });
  const missingIds = isNewHalt(verdict)
    ? missing.slice(0, MOST_SHOWN).map(({ index }) => rowAt(comparison.previous, index).id)
    : [];
  return {
    count,
    verdict,
    deletions,
    missingIds,
    isWhole,
    isAnswered: isBrakeReleased(verdict, deletions, count),
  };
}

async function remember<Value>(
  poller: Poller,
  scan: Scan<Value>,
  found: Findings<Value> & { readonly rows: PackedRows; readonly knowledge: EndKnowledge },
): Promise<void> {
  const { list, filterHash, pages } = scan;
  const { entity, filter } = list;
  const { lease } = scan.turn;
  const { count, rows, knowledge, isWhole } = found;
  const stored = await storedRows(rows);
  const { revision } = await sightingOf(poller, scan);
  const isLoaded = isWhole || !isFirstLoad(scan);
  const incompleteSince = isWhole ? null : (scan.head?.incompleteSince ?? revision);
  await inTransaction(poller.pool, async (tx) => {
    await lockOwnLease(tx, lease);
    await saveSnapshot(tx, lease, {
      ...{ entity, revision, filterHash, filter, pages, rows, stored, knowledge, incompleteSince, isLoaded },
      history: historyAfter(scan, found, poller.now()),
    });
    await closeScan(tx, lease, entity);
    await moveBrake(tx, scan, { ...found, revision });
    if (isFirstLoad(scan))
      await noteProgress(tx, lease, {
        ...{ entity, done: count.listed, total: isWhole ? count.listed : null, isFinished: isWhole },
      });
    await noteChanges(tx, scan);
    await noteForResync(tx, scan, isWhole ? "done" : "incomplete");
  });
  noted(scan);
  if (!isWhole) poller.telemetry.listIncomplete(lease.tenantId, entity, count.listed);
  if (isNewHalt(found.verdict))
    poller.telemetry.deletionsHalted(lease.tenantId, entity, count.missing, count.known);
}

const historyOf = (scan: Scan<unknown>): readonly PastScan[] => scan.head?.history ?? [];

/** What a person confirmed is nobody's question any more: the history begins anew. */
function historyAfter(
  scan: Scan<unknown>,
  { rows, verdict, deletions }: Findings<unknown> & { readonly rows: PackedRows },
  at: number,
): readonly PastScan[] {
  if (verdict.kind === "confirmed") return [{ at, known: rows.count, gone: 0 }];
  const gone = [...deletions.fates.values()].filter(({ kind }) => kind === "gone").length;
  return withScan(historyOf(scan), { at, known: rows.count, gone }, scan.brake?.haltedAt ?? at);
}

const isNewHalt = (verdict: Verdict): boolean => verdict.kind === "halt" && !verdict.told;

/** A list that shows the same rows again may have others behind them: nothing is missing from it, nothing is asked. */
const NOT_WHOLE: Verdict = { kind: "halt", told: true };

function isUnchanged(scan: Scan<unknown>, isWhole: boolean): boolean {
  return (
    scan.brake === null &&
    isWhole === (scan.head?.incompleteSince === null) &&
    scan.head?.absentCount === 0 &&
    scan.pages.length === scan.knownPages.length &&
    scan.pages.every(({ compared }) => compared === null)
  );
}

async function rememberKnowledge(
  poller: Poller,
  scan: Scan<unknown>,
  { knowledge, whole }: ListEnd,
): Promise<void> {
  const { entity } = scan.list;
  const { lease } = scan.turn;
  const isNew = knowledge.provedAt !== scan.knowledge.provedAt || knowledge.cap !== scan.knowledge.cap;
  if (!isNew && scan.storedPages === null && scan.resync === null) return;
  await inTransaction(poller.pool, async (tx) => {
    await lockOwnLease(tx, lease);
    await saveKnowledge(tx, lease, { entity, knowledge });
    await closeScan(tx, lease, entity);
    await noteForResync(tx, scan, whole ? "done" : "incomplete");
  });
  noted(scan);
}

/** An open question ends by a list that is whole again, or when everything that was confirmed has been looked up. */
function isBrakeReleased(verdict: Verdict, { tried }: Deletions<unknown>, { missing }: ListCount): boolean {
  if (verdict.kind === "confirmed") return tried >= Math.min(verdict.most, missing);
  return verdict.kind === "count" && verdict.resumed;
}

async function moveBrake(
  tx: Connection,
  scan: Scan<unknown>,
  {
    verdict,
    count,
    deletions,
    isAnswered,
    missingIds,
    revision,
  }: Findings<unknown> & { readonly revision: number },
): Promise<void> {
  const { entity } = scan.list;
  const { lease } = scan.turn;
  if (isAnswered) return await deleteBrake(tx, lease, entity);
  if (isNewHalt(verdict)) return await saveBrake(tx, lease, { entity, revision, missingIds, ...count });
  if (verdict.kind === "confirmed") await useConfirmation(tx, lease, { entity, rows: deletions.tried });
}

function messagesOf(
  { tenantId, epoch, revision, observedAt: at }: Sighting,
  scan: Scan<unknown>,
  found: Findings<unknown> & { readonly rows: PackedRows },
): readonly NewMessage[] {
  const { list, brake } = scan;
  const { codes } = list;
  const { verdict, count, rows } = found;
  const message = (code: MessageCode, occurrence: number, params: NewMessage["params"] = {}): NewMessage => ({
    tenantId,
    code,
    params,
    at,
    service: SERVICE,
    occurrence,
  });
  const messages: NewMessage[] = [];
  const incompleteSince = scan.head?.incompleteSince ?? null;
  if (isFirstLoad(scan) && found.isWhole)
    messages.push(message(codes.loaded, epoch, { count: String(passingRows(rows)) }));
  if (!found.isWhole && incompleteSince === null)
    messages.push(message(codes.incomplete, revision, { count: String(count.listed) }));
  if (found.isWhole && incompleteSince !== null)
    messages.push({ ...message(codes.wholeAgain, incompleteSince), closes: [codes.incomplete] });
  if (isNewHalt(verdict))
    messages.push(
      message(codes.deletionsHalted, revision, {
        missing: String(count.missing),
        known: String(count.known),
      }),
    );
  if (found.isAnswered && brake !== null)
    messages.push({ ...message(codes.deletionsResumed, brake.revision), closes: [codes.deletionsHalted] });
  return messages;
}

const passingRows = (rows: PackedRows): number =>
  rows.flags.reduce((passing, flags) => passing + Number((flags & FILTERED_OUT) === 0), 0);

function endOf(scan: Scan<unknown>, { verdict, isAnswered, isWhole, deletions }: Findings<unknown>): ScanEnd {
  const { failedEnd } = deletions;
  if (failedEnd !== null && (failedEnd.kind !== "unavailable" || verdict.kind === "confirmed"))
    return { kind: "failed", end: failedEnd };
  if (verdict.kind === "confirmed" && !isAnswered) return { kind: "unfinished" };
  if (!isWhole) return { kind: "complete", result: "incomplete", isSaved: true };
  if (isFirstLoad(scan)) return { kind: "complete", result: "loaded", isSaved: true };
  return { kind: "complete", result: scan.changes > 0 ? "changed" : "unchanged", isSaved: true };
}
