import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  afterLookup,
  afterSending,
  DEFAULT_POLICY,
  type LookupOutcome,
  type OpenFacts,
  type SendOutcome,
  type Step,
} from "../../services/order-writer/domain/order-state.ts";

const NOW = 1_795_000_000_000;
const STORED = { customerId: "10001", reference: "WB-1", orderLines: null };
const REASONS = [{ text: "Debiteur 10001 is passief.", path: "/customerId" }];

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
  | { readonly of: "look-up"; readonly outcome: LookupOutcome };
type Standing = "waiting" | "unknown" | "written" | "refused" | "given-up" | "handed-over";

/** The model: where an order stands, told from all that ever happened to it rather than from the step before. */
function standingOf(history: readonly Event[], limits: typeof DEFAULT_POLICY): Standing {
  const lastSending = history.findLastIndex((event) => event.of === "sending");
  const last = history[lastSending];
  if (last?.of !== "sending" || last.outcome.kind === "put-off") return "waiting";
  if (last.outcome.kind !== "unknown") return last.outcome.kind;
  const seen = history.slice(lastSending + 1).map(({ outcome }) => outcome.kind);
  if (seen.includes("found")) return "written";
  if (seen.includes("found-several")) return "handed-over";
  if (seen.filter((kind) => kind === "absent").length < limits.absentLookups) return "unknown";
  if (last.outcome.reasons.length > 0) return "refused";
  const unclear = history.filter((event) => event.of === "sending" && event.outcome.kind === "unknown");
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

test("W13: whatever happens to an order, the state machine stands where the whole history says it must", () => {
  const reached = new Set<Standing>();
  const happenings = fc.array(fc.record({ sending: sendings, lookup: lookups }), { maxLength: 30 });
  fc.assert(
    fc.property(policies, happenings, (policy, ahead) => {
      const history: Event[] = [];
      let known: OpenFacts = { absentLookups: 0, unclearSendings: 0, reasons: [] };
      let standing: Standing = "waiting";
      for (const { sending, lookup } of ahead) {
        const event: Event =
          standing === "waiting" ? { of: "sending", outcome: sending } : { of: "look-up", outcome: lookup };
        history.push(event);
        const context = { policy, nowMs: NOW };
        const step: Step =
          event.of === "sending"
            ? afterSending(event.outcome, {
                ...context,
                unclearSendings: known.unclearSendings,
                failures: 1,
                random: 0.5,
              })
            : afterLookup(event.outcome, { ...context, known });
        standing = standingAfter(step);
        reached.add(standing);
        assert.equal(standing, standingOf(history, policy));
        checkPauses(step, event);
        if (step.kind !== "open") return;
        known = step;
      }
    }),
    { numRuns: 2_000 },
  );
  assert.equal(reached.size, 6, `reached only ${[...reached].join(", ")}`);
});
