import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isAsTheLedgerSays,
  ordersMade,
  type Rules,
  START,
  successors,
  type TwoWriters,
} from "../../support/two-writers.ts";

const ALL_GUARDS = {
  leaseOutlastsSending: true,
  nothingLeavesAfterDeadline: true,
  onlyOwnAttemptIsStored: true,
  sendsWhatIsLocked: true,
  openContentStays: true,
};
/** In the proportions of the defaults: a lease outlasts a sending, a sending outlasts the quarantine. */
const RULES: Rules = {
  policy: {
    quarantineMs: 3,
    lookupPauseMs: 1,
    absentLookups: 2,
    mostUnclearSendings: 2,
    retry: { firstMs: 1, longestMs: 1 },
  },
  leaseTicks: 6,
  sendingTicks: 4,
  storedWithinTicks: 2,
  guards: ALL_GUARDS,
};

/** Visits every state that can be reached, each once; ends early when `visit` says so. @returns how many */
function visitAll(rules: Rules, visit: (state: TwoWriters) => boolean): number {
  const seen = new Set([JSON.stringify(START)]);
  const open: TwoWriters[] = [START];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (!visit(state)) return seen.size;
    for (const next of successors(rules, state)) {
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return seen.size;
}

/** Two orders, one that is not what the ledger says, or an archiving that nobody was told of. */
const isWrong = (state: TwoWriters): boolean => {
  const { order, isArchivedAnew } = state;
  if (ordersMade(state) > 1) return true;
  if (order.state !== "written") return false;
  return !isAsTheLedgerSays(state) || (isArchivedAnew && order.content === 0 && !order.isTold);
};

const canGoWrong = (rules: Rules): boolean => {
  let wentWrong = false;
  visitAll(rules, (state) => {
    wentWrong = isWrong(state);
    return !wentWrong;
  });
  return wentWrong;
};

test("W13, O52: in every interleaving of two writers and a second archiving, with deaths and delays, Unit4 gets at most one order, as the ledger says", () => {
  const ends = new Set<string>();
  const states = visitAll(RULES, (state) => {
    const made = ordersMade(state);
    assert.ok(!isWrong(state), JSON.stringify(state));
    if (state.order.state === "written") assert.equal(made, 1, JSON.stringify(state));
    if (state.order.state === "refused") assert.equal(made, 0, JSON.stringify(state));
    ends.add(`${state.order.state} ${made}`);
    return true;
  });
  assert.ok(states > 10_000, `only ${states} states`);
  // An order that is made may be known as such, or not yet; one that is not may be in any state but written.
  for (const end of [
    "written 1",
    "unknown 1",
    "sending 1",
    "refused 0",
    "waiting 0",
    "unknown 0",
    "sending 0",
  ])
    assert.ok(ends.has(end), `${end} was never reached`);
  assert.ok(!ends.has("waiting 1"), "an order that was made waits to be sent");
});

test("W13, O52: without any one of the guards it goes wrong, so each is needed", () => {
  for (const guard of Object.keys(ALL_GUARDS))
    assert.ok(canGoWrong({ ...RULES, guards: { ...ALL_GUARDS, [guard]: false } }), guard);
});

test("W13: a quarantine shorter than Unit4 may still be storing the order makes two orders possible", () => {
  assert.ok(canGoWrong({ ...RULES, policy: { ...RULES.policy, quarantineMs: 0 } }));
  assert.ok(canGoWrong({ ...RULES, storedWithinTicks: 5 }));
});
