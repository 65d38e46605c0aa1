/** Where an operation stands in its life. One that is planned waits for its plan, and then for somebody who confirms it. */
export const OPERATION_STATES = ["planned", "running", "paused", "done", "cancelled", "failed"] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** Those in which something still becomes of it. */
export const OPEN_STATES = ["planned", "running", "paused"] as const satisfies readonly OperationState[];

/** What people do to an operation. */
export const OPERATION_ACTS = ["confirm", "pause", "resume", "cancel"] as const;
export type OperationAct = (typeof OPERATION_ACTS)[number];

/** What becomes of one by its own work. */
export type OperationEnd = "done" | "failed";

/** What decides whether an act is taken. */
export type Decided = {
  readonly state: OperationState;
  /** Whether its plan is there. */
  readonly isPlanned: boolean;
  /** Whether somebody else than the asker has to confirm it. */
  readonly needsSecond: boolean;
  readonly requestedBy: string;
};

export type ActOutcome =
  | { readonly kind: "moves"; readonly to: OperationState }
  | { readonly kind: "refused"; readonly why: ActRefusal };

/** `not-planned`: its plan is still being made; `second-person`: the asker may not confirm it; `not-now`: not in this state. */
export type ActRefusal = "not-planned" | "second-person" | "not-now";

const MOVES: Readonly<Record<OperationAct, Partial<Record<OperationState, OperationState>>>> = {
  confirm: { planned: "running" },
  pause: { running: "paused" },
  resume: { paused: "running" },
  cancel: { planned: "cancelled", running: "cancelled", paused: "cancelled" },
};

/** What comes of an act of a person. @param by who acts, by the name that the asker's is compared with */
export function decideAct(operation: Decided, act: OperationAct, by: string): ActOutcome {
  const to = MOVES[act][operation.state];
  if (to === undefined) return { kind: "refused", why: "not-now" };
  if (act !== "confirm") return { kind: "moves", to };
  if (!operation.isPlanned) return { kind: "refused", why: "not-planned" };
  if (operation.needsSecond && by === operation.requestedBy) return { kind: "refused", why: "second-person" };
  return { kind: "moves", to };
}

/** Whether its own work may end it so: a plan can fail, too. */
export const mayEnd = (state: OperationState, end: OperationEnd): boolean =>
  state === "running" || (end === "failed" && state === "planned");

/** Whether nothing becomes of it any more. */
export const isOver = (state: OperationState): boolean =>
  state === "done" || state === "cancelled" || state === "failed";

/** Where an operation stands once its plan is there: one that was asked to begin at once does, unless a second person has to look. */
export const stateWithPlan = (plan: {
  readonly needsSecond: boolean;
  readonly beginsAtOnce: boolean;
}): OperationState => (plan.beginsAtOnce && !plan.needsSecond ? "running" : "planned");
