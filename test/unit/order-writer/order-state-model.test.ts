import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OrderRequested } from "../../../schemas/records.ts";
import {
  afterFirstLook,
  afterLookup,
  afterSending,
  DEFAULT_POLICY,
  type LookupOutcome,
  nextAction,
  type OpenFacts,
  type SendOutcome,
  type Step,
} from "../../../services/order-writer/domain/order-state.ts";
import { plain } from "../../support/plain.ts";

const NOW = 1_795_000_000_000;
const STORED = { customerId: "10001", reference: "WB-1", orderLines: null, total: null };
const REASONS = [{ text: plain("Debiteur 10001 is passief."), path: "/customerId" }];

const sendings = fc.constantFrom<SendOutcome>(
  { kind: "written", orderId: "1", remarks: [], stored: STORED },
  { kind: "refused", reasons: REASONS },
  { kind: "put-off", code: "ORDER_NOT_SENT", reason: "HTTP_429", notBeforeMs: NOW + 3_600_000 },
  { kind: "put-off", code: "ORDER_NO_RIGHTS", reason: "HTTP_403", notBeforeMs: null },
  { kind: "unknown", reason: "TIMED_OUT", reasons: [] },
  { kind: "unknown", reason: "NO_ORDER_ID", reasons: REASONS },
);
const lookups = fc.constantFrom<LookupOutcome>(
  { kind: "found", orderId: "1", stored: null },
  { kind: "found-several", orderIds: ["1", "2"] },
  { kind: "absent" },
  { kind: "absent" },
  { kind: "absent" },
  { kind: "no-answer", reason: "HTTP_503", notBeforeMs: null },
);
const policies = fc
  .record({
    absentLookups: fc.integer({ min: 1, max: 3 }),
    mostUnclearSendings: fc.integer({ min: 1, max: 3 }),
  })
  .map((limits) => ({ ...DEFAULT_POLICY, ...limits }));

type Event =
  | { readonly of: "sending"; readonly outcome: SendOutcome }
  | { readonly of: "first-look" | "look-up"; readonly outcome: LookupOutcome };
type Standing = "waiting" | "unknown" | "written" | "refused" | "given-up" | "handed-over";

/** A look that found nothing before a sending is no sending; one that found something stands in its place. */
const isSending = ({ of, outcome }: Event): boolean =>
  of === "sending" || (of === "first-look" && outcome.kind !== "absent");

/** The model: where an order stands, told from all that ever happened to it rather than from the step before. */
function standingOf(history: readonly Event[], limits: typeof DEFAULT_POLICY): Standing {
  const lastSending = history.findLastIndex(isSending);
  const last = history[lastSending];
  if (last === undefined || last.outcome.kind === "put-off" || last.outcome.kind === "no-answer")
    return "waiting";
  if (last.outcome.kind === "written" || last.outcome.kind === "found") return "written";
  if (last.outcome.kind === "refused") return "refused";
  const seen = history.slice(lastSending + 1).map(({ outcome }) => outcome.kind);
  if (seen.includes("found")) return "written";
  if (seen.includes("found-several")) return "handed-over";
  if (seen.filter((kind) => kind === "absent").length < limits.absentLookups) return "unknown";
  if (last.of === "sending" && last.outcome.kind === "unknown" && last.outcome.reasons.length > 0)
    return "refused";
  const unclear = history.filter(
    (event) =>
      isSending(event) && (event.outcome.kind === "unknown" || event.outcome.kind === "found-several"),
  );
  return unclear.length >= limits.mostUnclearSendings ? "given-up" : "waiting";
}

const standingAfter = (step: Step): Standing =>
  step.kind === "open" || step.kind === "settled" ? step.state : step.kind;

/** An open order never rests shorter than its policy and Unit4 ask for. */
function checkPauses(step: Step, { outcome }: Event): void {
  if (step.kind !== "open") return;
  const { quarantineMs, lookupPauseMs } = DEFAULT_POLICY;
  if (outcome.kind === "unknown") assert.equal(step.dueInMs, quarantineMs);
  else if (step.state === "unknown") assert.ok(step.dueInMs >= lookupPauseMs);
  if (outcome.kind === "put-off") assert.ok(step.laneRestMs >= (outcome.notBeforeMs ?? NOW) - NOW);
}

type Ahead = { readonly sending: SendOutcome; readonly lookup: LookupOutcome };
type Run = {
  readonly standing: Standing;
  readonly known: OpenFacts;
  readonly attempts: number;
  readonly history: readonly Event[];
};
type Given = { readonly policy: typeof DEFAULT_POLICY; readonly retry: OrderRequested["retry"] };

const START: Run = {
  standing: "waiting",
  known: { absentLookups: 0, unclearSendings: 0, reasons: [] },
  attempts: 0,
  history: [],
};

/** The next thing that happens to an open order, by the state machine. */
function after(run: Run, { sending, lookup }: Ahead, { policy, retry }: Given): Run {
  const state = run.standing === "unknown" ? "unknown" : "waiting";
  const action = nextAction({
    state,
    attempts: run.attempts,
    request: { retry, epoch: 1 },
    isWithdrawn: false,
    isMoved: false,
    laterRequest: null,
  });
  if (action === "look-up") {
    const step = afterLookup(lookup, { policy, known: run.known, nowMs: NOW });
    return moved(run, step, [{ of: "look-up", outcome: lookup }]);
  }
  // Sent before and sent again by a person: never without a look.
  assert.equal(action, retry !== null && run.attempts > 0 ? "look-first" : "send");
  const found = action === "look-first" ? afterFirstLook(lookup) : null;
  const step = afterSending(found ?? sending, {
    ...{ policy, nowMs: NOW, failures: 1, random: 0.5 },
    unclearSendings: run.known.unclearSendings,
  });
  const looked: readonly Event[] = action === "look-first" ? [{ of: "first-look", outcome: lookup }] : [];
  const sent: readonly Event[] = found === null ? [{ of: "sending", outcome: sending }] : [];
  return moved({ ...run, attempts: run.attempts + 1 }, step, [...looked, ...sent]);
}

function moved(run: Run, step: Step, events: readonly Event[]): Run {
  const last = events.at(-1);
  if (last !== undefined) checkPauses(step, last);
  return {
    ...run,
    standing: standingAfter(step),
    known: step.kind === "open" ? step : run.known,
    history: [...run.history, ...events],
  };
}

test("W13, O03: whatever happens to an order, the state machine stands where the whole history says it must", () => {
  const reached = new Set<Standing>();
  const happenings = fc.array(fc.record({ sending: sendings, lookup: lookups }), { maxLength: 30 });
  const retries = fc.constantFrom(null, { id: "r1", at: NOW, by: "anja" });
  fc.assert(
    fc.property(policies, happenings, retries, (policy, ahead, retry) => {
      let run = START;
      for (const next of ahead) {
        if (run.standing !== "waiting" && run.standing !== "unknown") return;
        run = after(run, next, { policy, retry });
        reached.add(run.standing);
        assert.equal(run.standing, standingOf(run.history, policy));
      }
    }),
    { numRuns: 4_000 },
  );
  assert.equal(reached.size, 6, `reached only ${[...reached].join(", ")}`);
});
