import type { LeftAlone } from "../../../shared/operations/domain/rerequest-report.ts";
import type { Decision } from "../../domain/decision.ts";

/** What is known of a workorder whose latest decided event is at hand. */
export type KnownOfWorkorder = {
  /** What was decided of that event; null where nobody noted it. */
  readonly decision: Decision["kind"] | null;
  /** Its order; sequence 0 where it was requested before there were any. */
  readonly ledger: { readonly state: string; readonly sequence: number } | null;
  /** What Simon was told of it, likewise. */
  readonly outcome: { readonly outcome: string; readonly code: string; readonly sequence: number } | null;
  /** Orders of earlier epochs are of emptied workorders; null: none. */
  readonly emptiedBefore: number | null;
};

/** Whether its order is requested again: null, or why it is left alone, with a state or a message code. */
export type Judgement = { readonly why: LeftAlone; readonly detail: string } | null;

/**
 * What was decided stays decided (case O30): what the ledger has, what is written and what was refused or skipped is left alone, whatever it
 * would be mapped to now.
 * @param sequence of the event at hand
 */
export function judgeKnown(sequence: number, known: KnownOfWorkorder): Judgement {
  const { decision, ledger, outcome } = known;
  const isOfEvent = (place: number): boolean => place === 0 || place >= sequence;
  if (ledger !== null && isOfEvent(ledger.sequence)) return { why: "in-ledger", detail: ledger.state };
  const told = outcome !== null && isOfEvent(outcome.sequence) ? outcome : null;
  if (told?.outcome === "written") return { why: "written", detail: "" };
  for (const why of ["refused", "skipped"] as const)
    if (decision === why || told?.outcome === why) return { why, detail: told?.code ?? "" };
  // What Simon was told in a word that nobody here knows is no reason to make an order.
  return told === null ? null : { why: "written", detail: told.outcome };
}

/** The same of what it is mapped to now. */
export function judgeMapped(
  decision: Decision,
  { emptiedBefore }: Pick<KnownOfWorkorder, "emptiedBefore">,
): Judgement {
  if (decision.kind !== "requested") return { why: "no-order-now", detail: decision.settled.code };
  if (emptiedBefore !== null && decision.request.epoch < emptiedBefore) return { why: "emptied", detail: "" };
  return null;
}
