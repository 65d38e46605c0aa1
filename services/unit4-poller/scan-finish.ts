import type { MessageCode, NewMessage } from "../shared/domain/message-catalogue.ts";
import { type Connection, inTransaction } from "../shared/postgres.ts";
import { deleteBrake, readBrake, saveBrake, useConfirmation } from "./brake-store.ts";
import { type Deletions, lookUpMissing } from "./deletions.ts";
import { type Brake, judgeMissing, type ListCount, planDeletions, type Verdict } from "./domain/deletion-brake.ts";
import { missingRows, rowsAfter } from "./domain/list-comparison.ts";
import type { EndKnowledge } from "./domain/list-end.ts";
import { type Poller, SERVICE } from "./poller.ts";
import { noteLatestChange, noteProgress } from "./progress.ts";
import { comparisonOf, listedRows, type Scan, type ScanEnd, sightingOf, tell } from "./scan-state.ts";
import { closeScan } from "./scan-store.ts";
import { holdLease } from "./schedule.ts";
import { saveKnowledge, saveSnapshot, storedRows } from "./snapshot-store.ts";

/** The end of a list, see domain/list-end.ts. */
export type ListEnd = { readonly pages: number; readonly whole: boolean; readonly knowledge: EndKnowledge };

/** Compares what a list lacked, tells what is gone, and remembers the list. */
export async function finishScan<Value>(poller: Poller, scan: Scan<Value>, end: ListEnd): Promise<ScanEnd> {
  scan.pages.length = end.pages;
  const { lease } = scan.turn;
  const { entity } = scan.list;
  const brake = await readBrake(poller.pool, lease, entity);
  if (isUnchanged(scan, brake)) {
    await rememberKnowledge(poller, scan, end.knowledge);
    return { kind: "complete", result: "unchanged" };
  }

  const comparison = await comparisonOf(poller, scan);
  const missing = missingRows(comparison);
  const count = { known: comparison.previous.count, listed: listedRows(scan), missing: missing.length };
  const verdict: Verdict = end.whole ? judgeMissing(count, brake) : NOT_WHOLE;
  const plan = planDeletions(missing, verdict, poller.limits.deletionBudget);
  const deletions = await lookUpMissing(scan.turn, scan.list, { comparison, plan });
  await tell(poller, scan, { ...deletions, addresses: new Map(), unreadable: [] });
  const isAnswered = isBrakeReleased(verdict, deletions, count);
  await poller.messages.log(messagesOf(await sightingOf(poller, scan), scan, { verdict, isAnswered, brake, count }));

  const rows = rowsAfter(
    comparison,
    scan.pages.map(({ compared }) => ({ rows: compared })),
    deletions.fates,
  );
  const stored = await storedRows(rows);
  const { revision } = await sightingOf(poller, scan);
  const { filterHash, list } = scan;
  await inTransaction(poller.pool, async (tx) => {
    await holdLease(tx, lease);
    await saveSnapshot(tx, lease, {
      entity,
      revision,
      filterHash,
      filter: list.filter,
      pages: scan.pages,
      rows,
      stored,
      knowledge: end.knowledge,
    });
    await closeScan(tx, lease, entity);
    await moveBrake(tx, scan, { verdict, isAnswered, revision, count, tried: deletions.tried });
    if (scan.head === null)
      await noteProgress(tx, lease, { entity, done: count.listed, total: count.listed, isFinished: true });
    if (scan.changes > 0) await noteLatestChange(tx, lease, { entity, changedOn: scan.latestChangedOn });
  });
  if (verdict.kind === "halt" && !verdict.told)
    poller.telemetry.deletionsHalted(lease.tenantId, entity, count.missing, count.known);
  return endOf(scan, verdict, { isAnswered, deletions });
}

/** A list that comes again in full pages may have rows behind them: nothing is missing from it, nothing is asked. */
const NOT_WHOLE: Verdict = { kind: "halt", told: true };

function isUnchanged(scan: Scan<unknown>, brake: Brake | null): boolean {
  return (
    brake === null &&
    scan.head?.absentCount === 0 &&
    scan.pages.length === scan.knownPages.length &&
    scan.pages.every(({ compared }) => compared === null)
  );
}

async function rememberKnowledge(poller: Poller, scan: Scan<unknown>, knowledge: EndKnowledge): Promise<void> {
  const { entity } = scan.list;
  const { lease } = scan.turn;
  const isNew = knowledge.provedAt !== scan.knowledge.provedAt || knowledge.cap !== scan.knowledge.cap;
  if (!isNew && scan.storedPages === null) return;
  await inTransaction(poller.pool, async (tx) => {
    await holdLease(tx, lease);
    await saveKnowledge(tx, lease, { entity, knowledge });
    await closeScan(tx, lease, entity);
  });
}

/** An open question ends by a list that is whole again, or when everything that was confirmed has been looked up. */
function isBrakeReleased(verdict: Verdict, { tried }: Deletions<unknown>, { missing }: ListCount): boolean {
  if (verdict.kind === "confirmed") return tried >= Math.min(verdict.most, missing);
  return verdict.kind === "count" && verdict.resumed;
}

type Halting = {
  readonly verdict: Verdict;
  readonly isAnswered: boolean;
  readonly count: ListCount;
};

async function moveBrake(
  tx: Connection,
  scan: Scan<unknown>,
  move: Halting & { readonly revision: number; readonly tried: number },
): Promise<void> {
  const { entity } = scan.list;
  const { lease } = scan.turn;
  const { verdict, count, revision } = move;
  if (move.isAnswered) return await deleteBrake(tx, lease, entity);
  if (verdict.kind === "halt" && !verdict.told) return await saveBrake(tx, lease, { entity, revision, ...count });
  if (verdict.kind === "confirmed") await useConfirmation(tx, lease, { entity, rows: move.tried });
}

function messagesOf(
  sighting: { readonly tenantId: string; readonly epoch: number; readonly revision: number; readonly observedAt: number },
  scan: Scan<unknown>,
  halting: Halting & { readonly brake: Brake | null },
): readonly NewMessage[] {
  const { codes } = scan.list;
  const { verdict, count, brake } = halting;
  const message = (
    code: MessageCode,
    occurrence: number,
    rest: Pick<NewMessage, "params" | "closes"> = {},
  ): NewMessage => ({
    tenantId: sighting.tenantId,
    code,
    at: sighting.observedAt,
    service: SERVICE,
    occurrence,
    ...rest,
  });
  const messages: NewMessage[] = [];
  if (scan.head === null)
    messages.push(message(codes.loaded, sighting.epoch, { params: { count: String(count.listed) } }));
  if (verdict.kind === "halt" && !verdict.told)
    messages.push(
      message(codes.deletionsHalted, sighting.revision, {
        params: { missing: String(count.missing), known: String(count.known) },
      }),
    );
  if (halting.isAnswered && brake !== null)
    messages.push(message(codes.deletionsResumed, brake.revision, { closes: [codes.deletionsHalted] }));
  return messages;
}

function endOf(
  scan: Scan<unknown>,
  verdict: Verdict,
  { isAnswered, deletions }: { readonly isAnswered: boolean; readonly deletions: Deletions<unknown> },
): ScanEnd {
  const { trouble } = deletions;
  if (trouble !== null && (trouble.kind !== "unavailable" || verdict.kind === "confirmed"))
    return { kind: "failed", end: trouble };
  if (verdict.kind === "confirmed" && !isAnswered) return { kind: "unfinished" };
  if (scan.head === null) return { kind: "complete", result: "loaded" };
  return { kind: "complete", result: scan.changes > 0 ? "changed" : "unchanged" };
}
