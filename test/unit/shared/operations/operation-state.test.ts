import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decideAct,
  isOver,
  mayEnd,
  OPERATION_ACTS,
  OPERATION_STATES,
  type OperationAct,
  type OperationEnd,
  type OperationState,
  stateWithPlan,
} from "../../../../services/shared/operations/domain/operation-state.ts";

/** What a person or the work itself does. */
type Step =
  | { readonly act: OperationAct; readonly by: "asker" | "other" }
  | { readonly work: "plan" | OperationEnd };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constantFrom(...OPERATION_ACTS),
    by: fc.constantFrom("asker" as const, "other" as const),
  }),
  fc.record({ work: fc.constantFrom("plan" as const, "done" as const, "failed" as const) }),
);

type Life = {
  readonly state: OperationState;
  readonly isPlanned: boolean;
  readonly confirmedBy: string | null;
};
type Terms = { readonly needsSecond: boolean; readonly beginsAtOnce: boolean };

/** As the store does it. */
function after(life: Life, one: Step, terms: Terms): Life {
  if ("act" in one) {
    const needsSecond = life.isPlanned && terms.needsSecond;
    const outcome = decideAct({ ...life, needsSecond, requestedBy: "asker" }, one.act, one.by);
    if (outcome.kind === "refused") return life;
    return { ...life, state: outcome.to, confirmedBy: one.act === "confirm" ? one.by : life.confirmedBy };
  }
  if (one.work !== "plan") return mayEnd(life.state, one.work) ? { ...life, state: one.work } : life;
  if (life.state !== "planned" || life.isPlanned) return life;
  return { ...life, isPlanned: true, state: stateWithPlan(terms) };
}

const BEGUN: readonly OperationState[] = ["running", "paused", "done"];

function assertLawful(before: Life, now: Life, { needsSecond }: Terms): void {
  if (isOver(before.state)) assert.equal(now.state, before.state);
  if (BEGUN.includes(now.state)) assert.ok(now.isPlanned);
  if (BEGUN.includes(now.state) && needsSecond) assert.equal(now.confirmedBy, "other");
  const isNew = now.state !== before.state;
  if (isNew && (now.state === "paused" || now.state === "done")) assert.equal(before.state, "running");
}

test("O71: an operation lives one life: it runs only with a plan and all who have to agree, and what is over stays over", () => {
  const terms = fc.record({ needsSecond: fc.boolean(), beginsAtOnce: fc.boolean() });
  fc.assert(
    fc.property(terms, fc.array(step, { maxLength: 20 }), (agreed, steps) => {
      let life: Life = { state: "planned", isPlanned: false, confirmedBy: null };
      for (const one of steps) {
        const next = after(life, one, agreed);
        assertLawful(life, next, agreed);
        life = next;
      }
    }),
    { numRuns: 2_000 },
  );
});

test("each act is taken in the states that it is for, and refused with a reason in all others", () => {
  const taken = OPERATION_ACTS.map((act) => [
    act,
    OPERATION_STATES.filter(
      (state) =>
        decideAct({ state, isPlanned: true, needsSecond: false, requestedBy: "vera" }, act, "vera").kind ===
        "moves",
    ),
  ]);
  assert.deepEqual(Object.fromEntries(taken), {
    confirm: ["planned"],
    pause: ["running"],
    resume: ["paused"],
    cancel: ["planned", "running", "paused"],
  });
  const planned = { state: "planned", isPlanned: false, needsSecond: true, requestedBy: "vera" } as const;
  assert.deepEqual(decideAct(planned, "confirm", "anja"), { kind: "refused", why: "not-planned" });
  const waiting = { ...planned, isPlanned: true };
  assert.deepEqual(decideAct(waiting, "confirm", "vera"), { kind: "refused", why: "second-person" });
  assert.deepEqual(decideAct(waiting, "confirm", "anja"), { kind: "moves", to: "running" });
});
