import {
  afterLookup,
  afterSending,
  type OpenFacts,
  type OrderPolicy,
  type OrderState,
  type SendOutcome,
  type Step,
} from "../../services/order-writer/domain/order-state.ts";

/**
 * Two writers on one order, as a transition system without a clock of its own: times are what is left of them, so that
 * the states are finite and every interleaving can be visited. The decisions are the service's own; the statements of
 * the ledger are written here anew, one function each.
 */
export type TwoWriters = {
  readonly order: OpenFacts & { readonly state: OrderState; readonly dueIn: number };
  /** The lane: who has its newest token, and how long the lease still lasts. */
  readonly lane: { readonly holder: number | null; readonly left: number };
  readonly erp: {
    readonly commits: number;
    /** What is left until an order that is on its way is stored; null for none. */
    readonly pendingIn: number | null;
  };
  readonly writers: readonly Writer[];
};

type Writer =
  | { readonly at: "idle" | "leased" }
  /** About to write down that it will send; the deadline was set before. */
  | { readonly at: "begin"; readonly deadlineIn: number; readonly known: OpenFacts }
  /** The row says sending, the first byte has not left. `isCurrent`: the row still has this attempt's number. */
  | {
      readonly at: "send";
      readonly deadlineIn: number;
      readonly known: OpenFacts;
      readonly isCurrent: boolean;
    }
  | { readonly at: "look"; readonly known: OpenFacts; readonly isCurrent: boolean }
  | { readonly at: "store"; readonly step: Step; readonly isCurrent: boolean }
  | { readonly at: "release" };

/** The rules of the game; each guard can be taken away to see that it is needed. Times in ticks. */
export type Rules = {
  readonly policy: OrderPolicy;
  readonly leaseTicks: number;
  readonly sendingTicks: number;
  /** Unit4 stores an order at most so long after it was sent. */
  readonly storedWithinTicks: number;
  readonly guards: {
    readonly leaseOutlastsSending: boolean;
    readonly nothingLeavesAfterDeadline: boolean;
    readonly onlyOwnAttemptIsStored: boolean;
  };
};

export const START: TwoWriters = {
  order: { state: "waiting", dueIn: 0, absentLookups: 0, unclearSendings: 0, reasons: [] },
  lane: { holder: null, left: 0 },
  erp: { commits: 0, pendingIn: null },
  writers: [{ at: "idle" }, { at: "idle" }],
};

/** Orders that are in Unit4 or surely will be. */
export const ordersMade = ({ erp }: TwoWriters): number => erp.commits + (erp.pendingIn === null ? 0 : 1);

/** Every state that can follow: time passes, or one writer does its next thing or dies and starts anew. */
export function successors(rules: Rules, state: TwoWriters): readonly TwoWriters[] {
  return [
    tick(state),
    ...state.writers.flatMap((writer, index) => [
      ...nextOf(rules, state, index, writer),
      withWriter(state, index, { at: "idle" }),
    ]),
  ];
}

function tick({ order, lane, erp, writers }: TwoWriters): TwoWriters {
  const isStoredNow = erp.pendingIn !== null && erp.pendingIn <= 1;
  return {
    order: { ...order, dueIn: less(order.dueIn) },
    lane: { ...lane, left: less(lane.left) },
    erp: {
      commits: erp.commits + (isStoredNow ? 1 : 0),
      pendingIn: erp.pendingIn === null || isStoredNow ? null : erp.pendingIn - 1,
    },
    writers: writers.map((writer) =>
      "deadlineIn" in writer ? { ...writer, deadlineIn: less(writer.deadlineIn) } : writer,
    ),
  };
}

const less = (ticks: number): number => Math.max(0, ticks - 1);

function nextOf(rules: Rules, state: TwoWriters, index: number, writer: Writer): readonly TwoWriters[] {
  switch (writer.at) {
    case "idle":
      return lease(rules, state, index);
    case "leased":
      return [readOrder(rules, state, index)];
    case "begin":
      return [beginAttempt(rules, state, { index, ...writer })];
    case "send":
      return send(rules, state, { index, ...writer });
    case "look":
      return [lookUp(rules, state, { index, ...writer })];
    case "store":
      return [store(rules, state, { index, ...writer })];
    case "release":
      return [release(state, index)];
  }
}

const isDue = ({ order }: TwoWriters): boolean =>
  order.dueIn === 0 && (order.state === "waiting" || order.state === "sending" || order.state === "unknown");

function lease(rules: Rules, state: TwoWriters, index: number): readonly TwoWriters[] {
  if (state.lane.left > 0 || !isDue(state)) return [];
  const leased = withWriter(state, index, { at: "leased" });
  return [{ ...leased, lane: { holder: index, left: rules.leaseTicks } }];
}

function readOrder(rules: Rules, state: TwoWriters, index: number): TwoWriters {
  if (!isDue(state)) return withWriter(state, index, { at: "release" });
  const { order } = state;
  const known = factsOf(order);
  if (order.state === "waiting")
    return withWriter(state, index, { at: "begin", deadlineIn: rules.sendingTicks, known });
  if (order.state === "unknown") return withWriter(state, index, { at: "look", known, isCurrent: true });
  const step = sent(rules, known, { kind: "unknown", reason: "sender ended", reasons: [] });
  return withWriter(state, index, { at: "store", step, isCurrent: true });
}

const factsOf = ({ absentLookups, unclearSendings, reasons }: OpenFacts): OpenFacts => ({
  absentLookups,
  unclearSendings,
  reasons,
});

type At<Name extends Writer["at"]> = Extract<Writer, { readonly at: Name }> & { readonly index: number };

function beginAttempt(
  rules: Rules,
  state: TwoWriters,
  { index, deadlineIn, known }: At<"begin">,
): TwoWriters {
  const { guards, sendingTicks } = rules;
  const isLeased = state.lane.holder === index && state.lane.left > sendingTicks;
  const mayBegin = state.order.state === "waiting" && (isLeased || !guards.leaseOutlastsSending);
  if (!mayBegin) return withWriter(state, index, { at: "release" });
  // The row's attempt number grows: whoever acts on an earlier one no longer has the current one.
  const writers = state.writers.map((one) => ("isCurrent" in one ? { ...one, isCurrent: false } : one));
  const begun = { ...state, writers, order: { ...state.order, state: "sending" as const, dueIn: 0 } };
  return withWriter(begun, index, { at: "send", deadlineIn, known, isCurrent: true });
}

/** What can come of sending: the order is stored now, later or never, and the answer comes or does not. */
function send(rules: Rules, state: TwoWriters, { index, ...writer }: At<"send">): readonly TwoWriters[] {
  const { known, isCurrent, deadlineIn } = writer;
  const outcome = (one: SendOutcome, erp: TwoWriters["erp"] = state.erp): TwoWriters => ({
    ...withWriter(state, index, { at: "store", step: sent(rules, known, one), isCurrent }),
    erp,
  });
  if (deadlineIn === 0 && rules.guards.nothingLeavesAfterDeadline) return [outcome(PUT_OFF)];
  const committed = { ...state.erp, commits: state.erp.commits + 1 };
  const late =
    state.erp.pendingIn === null
      ? { ...state.erp, pendingIn: rules.storedWithinTicks }
      : { ...state.erp, commits: state.erp.commits + 1 };
  return [
    outcome(WRITTEN, committed),
    outcome(LOST, committed),
    outcome(LOST, late),
    outcome(LOST),
    outcome(PUT_OFF),
    outcome(REFUSED),
    outcome(OBJECTED),
  ];
}

const REASONS = [{ text: "Debiteur 10001 is passief.", path: "/customerId" }];
const STORED = { customerId: "10001", reference: "WB-1", orderLines: null };
const WRITTEN: SendOutcome = { kind: "written", orderId: "1", remarks: [], stored: STORED };
const LOST: SendOutcome = { kind: "unknown", reason: "TIMED_OUT", reasons: [] };
const OBJECTED: SendOutcome = { kind: "unknown", reason: "NO_ORDER_ID", reasons: REASONS };
const REFUSED: SendOutcome = { kind: "refused", reasons: REASONS };
const PUT_OFF: SendOutcome = {
  kind: "put-off",
  code: "ORDER_NOT_SENT",
  reason: "HTTP_429",
  notBeforeMs: null,
};

const sent = ({ policy }: Rules, known: OpenFacts, outcome: SendOutcome): Step =>
  afterSending(outcome, {
    policy,
    unclearSendings: known.unclearSendings,
    failures: 1,
    nowMs: 0,
    random: 0,
  });

/** Unit4 tells the truth of this moment. */
function lookUp({ policy }: Rules, state: TwoWriters, { index, known, isCurrent }: At<"look">): TwoWriters {
  const { commits } = state.erp;
  const step = afterLookup(commits > 0 ? { kind: "found", orderId: "1", stored: null } : { kind: "absent" }, {
    policy,
    known,
    nowMs: 0,
  });
  return withWriter(state, index, { at: "store", step, isCurrent });
}

function store(rules: Rules, state: TwoWriters, { index, step, isCurrent }: At<"store">): TwoWriters {
  const released = withWriter(state, index, { at: "release" });
  const isOpen = state.order.state === "sending" || state.order.state === "unknown";
  if (!isOpen || (!isCurrent && rules.guards.onlyOwnAttemptIsStored)) return released;
  return { ...released, order: orderAfter(step) };
}

function orderAfter(step: Step): TwoWriters["order"] {
  const settled = { dueIn: 0, absentLookups: 0, unclearSendings: 0, reasons: [] };
  switch (step.kind) {
    case "open":
      return { ...factsOf(step), state: step.state, dueIn: step.dueInMs };
    case "settled":
      return { ...settled, state: step.state };
    case "given-up":
      return { ...settled, state: "refused" };
    case "handed-over":
      return { ...settled, state: "written" };
  }
}

function release(state: TwoWriters, index: number): TwoWriters {
  const idle = withWriter(state, index, { at: "idle" });
  return state.lane.holder === index ? { ...idle, lane: { holder: null, left: 0 } } : idle;
}

const withWriter = (state: TwoWriters, index: number, writer: Writer): TwoWriters => ({
  ...state,
  writers: state.writers.with(index, writer),
});
