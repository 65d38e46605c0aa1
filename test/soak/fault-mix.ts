import type { Dice } from "../../infra/sandbox/multivers/demo/dice.ts";
import type { FaultRuleInput } from "../../infra/sandbox/multivers/faults/fault-rule.ts";

/** Times of the soak, in milliseconds. Longer than each: hang < sending + margin, late commit < quarantine. */
export const SOAK_TIMES = {
  /** A sending of 3 s instead of 60 s: a hanging Unit4 costs the run seconds rather than minutes. */
  sending: 3_000,
  /** A killed process's lanes are free again after a sending and this. */
  leaseMargin: 1_500,
  /** Longer than a late commit of the mix, as in production. */
  quarantine: 5_000,
  /** Further apart than the tries of one call. */
  lookupPause: 2_000,
  hang: 4_000,
  lateCommit: 3_500,
  /** What a 429 of the mix asks for. */
  rest: 2_000,
} as const;

const ORDER = { method: "POST", operation: "Order" } as const;
const SERVER_ERROR = { kind: "answer", status: 500, body: { Message: "An error has occurred." } } as const;
const BAD_GATEWAY = { kind: "answer", status: 502, body: "" } as const;

type Fault = Omit<FaultRuleInput, "probability">;

/** The faults of the matrix that Unit4 can have, at orders, at look-ups and at the login (F31 to F37, F42). */
const MIX: readonly Fault[] = [
  { id: "stored, reset", match: ORDER, commit: true, effect: { kind: "reset" } },
  { id: "stored, 500", match: ORDER, commit: true, effect: SERVER_ERROR },
  { id: "stored, 502", match: ORDER, commit: true, effect: BAD_GATEWAY },
  { id: "stored, half an answer", match: ORDER, commit: true, effect: { kind: "cut-body", bytes: 100 } },
  { id: "stored, hangs", match: ORDER, commit: true, effect: { kind: "hang", ms: SOAK_TIMES.hang } },
  { id: "stored, empty", match: ORDER, commit: true, effect: { kind: "empty" } },
  {
    id: "stored late",
    match: ORDER,
    effect: { kind: "late-commit", commitAfterMs: SOAK_TIMES.lateCommit, answer: { kind: "reset" } },
  },
  { id: "stored, drips", match: ORDER, commit: true, effect: { kind: "slow-body", bytesPerSecond: 300 } },
  { id: "not stored, reset", match: ORDER, effect: { kind: "reset" } },
  { id: "not stored, 500", match: ORDER, effect: SERVER_ERROR },
  { id: "not stored, page", match: ORDER, effect: { kind: "html" } },
  { id: "not stored, hangs", match: ORDER, effect: { kind: "hang", ms: SOAK_TIMES.hang } },
  { id: "token refused", match: ORDER, effect: { kind: "unauthorized" } },
  {
    id: "too many",
    match: {},
    effect: { kind: "rate-limited", retryAfter: String(SOAK_TIMES.rest / 1_000) },
  },
  { id: "look-up 500", match: { method: "GET" }, effect: SERVER_ERROR },
  { id: "look-up page", match: { method: "GET" }, effect: { kind: "html" } },
  { id: "look-up cut", match: { method: "GET" }, effect: { kind: "cut-body", bytes: 20 } },
  { id: "look-up reset", match: { method: "GET" }, effect: { kind: "reset" } },
  { id: "login 500", match: { operation: "OAuth/Token" }, effect: SERVER_ERROR },
  { id: "login reset", match: { operation: "OAuth/Token" }, effect: { kind: "reset" } },
];

/** Of the orders that are hit by one fault of the mix: with a third of it at work 1 to 3 % of them. */
const ORDER_SHARE = { from: 0.001, to: 0.005 };
/** Look-ups and logins are few, so that each fault may hit many of them. */
const OTHER_SHARE = { from: 0.02, to: 0.1 };

/** Whether the token that a fault of the mix refuses has to be renewed before its time. */
export const REFUSES_TOKEN = "token refused";
/** Ids of faults that ask for a rest of `SOAK_TIMES.rest`. */
export const ASKS_FOR_REST = "too many";

/** Rules for the next stretch of the run: each fault of the mix is in with one chance in three. */
export function chooseFaults(dice: Dice): readonly FaultRuleInput[] {
  return MIX.filter(() => dice.chance(1 / 3)).map((fault) => {
    const isRare = fault.match?.method === "POST" || fault.id === ASKS_FOR_REST;
    const { from, to } = isRare ? ORDER_SHARE : OTHER_SHARE;
    return { ...fault, probability: from + (to - from) * (dice.between(0, 100) / 100) };
  });
}
