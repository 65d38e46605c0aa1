import { parseUnit4Date } from "../shared/domain/dutch-date.ts";
import type { CallFailure, CallResult } from "../shared/unit4/http/errors.ts";
import type { ListBlocks } from "../shared/unit4/reading/list-rows.ts";
import type { Observation, Remark } from "./domain/observation.ts";
import type { Answer, FailedEnd, ParsedList } from "./master-list.ts";

/** An outcome of the Unit4 client as the poller sees it. */
export function answerOf<From, To>(outcome: CallResult<From>, read: (value: From) => To): Answer<To> {
  return outcome.kind === "ok"
    ? { kind: "ok", value: read(outcome.value) }
    : { kind: "failed", end: endOf(outcome) };
}

/**
 * A look-up of one row as the poller sees it. A front end may refuse one code with 403: that is no statement about the
 * tenant's rights, which its lists make (case O50).
 */
export function answerForOne<From, To>(outcome: CallResult<From>, read: (value: From) => To): Answer<To> {
  if (outcome.kind === "forbidden")
    return { kind: "failed", end: { kind: "unavailable", reason: `HTTP_${outcome.status}` } };
  return answerOf(outcome, read);
}

/** A list that is not found or refused is no statement about its rows: an address under maintenance says the same. */
function endOf(failure: CallFailure): FailedEnd {
  switch (failure.kind) {
    case "unavailable":
      return { kind: "unavailable", reason: failure.reason };
    case "not-found":
      return { kind: "unavailable", reason: "HTTP_404" };
    case "refused":
      return { kind: "unavailable", reason: `HTTP_${failure.status}` };
    case "parked":
      return { kind: "asked-to-wait", until: failure.until };
    case "revoked":
    case "client-refused":
    case "forbidden":
      return { kind: failure.kind };
  }
}

/** The rows of a page as observations. */
export function readingOf<Row, Value>(
  list: ListBlocks<Row>,
  observe: (row: Row) => Observation<Value>,
): Answer<Iterable<ParsedList<Value>>> {
  if (list.kind === "unusable") return { kind: "failed", end: { kind: "unavailable", reason: list.reason } };
  return { kind: "ok", value: observed(list.blocks, observe) };
}

function* observed<Row, Value>(
  blocks: Extract<ListBlocks<Row>, { readonly kind: "blocks" }>["blocks"],
  observe: (row: Row) => Observation<Value>,
): Generator<ParsedList<Value>> {
  for (const { rows, malformed } of blocks) yield { observations: rows.map(observe), unreadable: malformed };
}

/** Unit4's date of a change, and a remark where nobody can read it (case O08). */
export function changeDate(text: string): {
  readonly changedOn: string | null;
  readonly remarks: readonly Remark[];
} {
  const date = parseUnit4Date(text);
  if (date.kind === "date") return { changedOn: date.iso, remarks: [] };
  return { changedOn: null, remarks: date.kind === "none" ? [] : [{ kind: "date-unreadable", text }] };
}
