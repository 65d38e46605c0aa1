import {
  afterLookup,
  afterSending,
  type OpenFacts,
  type OrderPolicy,
  type OrderState,
  type SendOutcome,
  type Step,
} from "../../services/order-writer/domain/order-state.ts";
import { plain } from "./plain.ts";

/** What the workorder asks for: 0 as it was archived first, 1 as it was archived anew, for another customer. */
type Content = 0 | 1;

/**
 * Two writers on one order whose workorder may be archived anew at any moment, as a transition system without a clock of
 * its own: times are what is left of them, so that the states are finite and every interleaving can be visited. The
 * decisions are the service's own; the statements of the ledger are written here anew, one function each.
 */
export type TwoWriters = {
  readonly order: OpenFacts & {
    readonly state: OrderState;
    readonly dueIn: number;
    readonly content: Content;
    /** Archived anew while the outcome was open. */
    readonly hasLater: boolean;
    /** The office was told that the order stands there with the older content (rule W19). */
    readonly isTold: boolean;
  };
  readonly isArchivedAnew: boolean;
  /** The lane: who has its newest token, and how long the lease still lasts. */
  readonly lane: { readonly holder: number | null; readonly left: number };
  readonly erp: {
    /** Orders stored with the first content, and with the second. */
    readonly commits: readonly [number, number];
    /** An order that is on its way, and what is left until it is stored; null for none. */
    readonly pending: { readonly in: number; readonly content: Content } | null;
  };
  readonly writers: readonly Writer[];
};

type Writer =
  | { readonly at: "idle" | "leased" }
  /** About to write down that it will send; the deadline was set before. */
  | {
      readonly at: "begin";
      readonly deadlineIn: number;
      readonly known: OpenFacts;
      readonly content: Content;
    }
  /** The row says sending, the first byte has not left. `isCurrent`: the row still has this attempt's number. */
  | {
      readonly at: "send";
      readonly deadlineIn: number;
      readonly known: OpenFacts;
      readonly content: Content;
      readonly isCurrent: boolean;
    }
  | {
      readonly at: "look";
      readonly known: OpenFacts;
      readonly content: Content;
      readonly isCurrent: boolean;
    }
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
    /** What is sent is what the row holds when it is written down that it will be (case O52). */
    readonly sendsWhatIsLocked: boolean;
    /** An order whose outcome is open keeps the content under which it was sent. */
    readonly openContentStays: boolean;
  };
};

export const START: TwoWriters = {
  order: {
    ...{ state: "waiting", dueIn: 0, absentLookups: 0, unclearSendings: 0, reasons: [] },
    ...{ content: 0, hasLater: false, isTold: false },
  },
  isArchivedAnew: false,
  lane: { holder: null, left: 0 },
  erp: { commits: [0, 0], pending: null },
  writers: [{ at: "idle" }, { at: "idle" }],
};

/** Orders that are in Unit4 or surely will be. */
export const ordersMade = ({ erp }: TwoWriters): number =>
  erp.commits[0] + erp.commits[1] + (erp.pending === null ? 0 : 1);

/** Whether an order stands in Unit4, or surely will, with the content that the ledger says was sent. */
export const isAsTheLedgerSays = ({ order, erp }: TwoWriters): boolean =>
  erp.commits[order.content] + (erp.pending?.content === order.content ? 1 : 0) === 1;

/** Every state that can follow: time passes, or one writer does its next thing or dies and starts anew. */
export function successors(rules: Rules, state: TwoWriters): readonly TwoWriters[] {
  return [
    tick(state),
    ...(state.isArchivedAnew ? [] : [archivedAnew(rules, state)]),
    ...state.writers.flatMap((writer, index) => [
      ...nextOf(rules, state, index, writer),
      withWriter(state, index, { at: "idle" }),
    ]),
  ];
}

/** The intake takes in the second archiving (onRepeat in archived-again.ts). */
function archivedAnew({ guards }: Rules, state: TwoWriters): TwoWriters {
  const { order } = state;
  const anew = { ...state, isArchivedAnew: true };
  switch (order.state) {
    case "waiting":
    case "refused":
      return { ...anew, order: { ...START.order, content: 1 } };
    case "sending":
    case "unknown":
      return {
        ...anew,
        order: guards.openContentStays ? { ...order, hasLater: true } : { ...order, content: 1 },
      };
    case "written":
      // Noted on the row, and told once Unit4 was asked whether the order is still there (case O29).
      return { ...anew, order: { ...order, isTold: true } };
  }
}

function tick({ order, lane, erp, writers, isArchivedAnew }: TwoWriters): TwoWriters {
  const isStoredNow = erp.pending !== null && erp.pending.in <= 1;
  return {
    isArchivedAnew,
    order: { ...order, dueIn: less(order.dueIn) },
    lane: { ...lane, left: less(lane.left) },
    erp: {
      commits: isStoredNow && erp.pending !== null ? stored(erp.commits, erp.pending.content) : erp.commits,
      pending: erp.pending === null || isStoredNow ? null : { ...erp.pending, in: erp.pending.in - 1 },
    },
    writers: writers.map((writer) =>
      "deadlineIn" in writer ? { ...writer, deadlineIn: less(writer.deadlineIn) } : writer,
    ),
  };
}

const stored = ([first, second]: readonly [number, number], content: Content): readonly [number, number] =>
  content === 0 ? [first + 1, second] : [first, second + 1];

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
  const { content } = order;
  const known = factsOf(order);
  if (order.state === "waiting")
    return withWriter(state, index, { at: "begin", deadlineIn: rules.sendingTicks, known, content });
  if (order.state === "unknown")
    return withWriter(state, index, { at: "look", known, content, isCurrent: true });
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
  { index, deadlineIn, known: read, content: contentRead }: At<"begin">,
): TwoWriters {
  const { guards, sendingTicks } = rules;
  const isLeased = state.lane.holder === index && state.lane.left > sendingTicks;
  const mayBegin = state.order.state === "waiting" && (isLeased || !guards.leaseOutlastsSending);
  if (!mayBegin) return withWriter(state, index, { at: "release" });
  // The row's attempt number grows: whoever acts on an earlier one no longer has the current one.
  const writers = state.writers.map((one) => ("isCurrent" in one ? { ...one, isCurrent: false } : one));
  const begun = { ...state, writers, order: { ...state.order, state: "sending" as const, dueIn: 0 } };
  const { content, known } = guards.sendsWhatIsLocked
    ? { content: state.order.content, known: factsOf(state.order) }
    : { content: contentRead, known: read };
  return withWriter(begun, index, { at: "send", deadlineIn, known, content, isCurrent: true });
}

/** What can come of sending: the order is stored now, later or never, and the answer comes or does not. */
function send(rules: Rules, state: TwoWriters, { index, ...writer }: At<"send">): readonly TwoWriters[] {
  const { known, isCurrent, deadlineIn, content } = writer;
  const outcome = (one: SendOutcome, erp: TwoWriters["erp"] = state.erp): TwoWriters => ({
    ...withWriter(state, index, { at: "store", step: sent(rules, known, one), isCurrent }),
    erp,
  });
  if (deadlineIn === 0 && rules.guards.nothingLeavesAfterDeadline) return [outcome(PUT_OFF)];
  const committed = { ...state.erp, commits: stored(state.erp.commits, content) };
  const late =
    state.erp.pending === null
      ? { ...state.erp, pending: { in: rules.storedWithinTicks, content } }
      : committed;
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

const REASONS = [{ text: plain("Debiteur 10001 is passief."), path: "/customerId" }];
const STORED = { customerId: "10001", reference: "WB-1", orderLines: null, total: null };
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

/** Unit4 tells the truth of this moment, about the customer that it is asked for. */
function lookUp(
  { policy }: Rules,
  state: TwoWriters,
  { index, known, content, isCurrent }: At<"look">,
): TwoWriters {
  const { commits } = state.erp;
  const step = afterLookup(
    commits[content] > 0 ? { kind: "found", orderId: "1", stored: null } : { kind: "absent" },
    {
      policy,
      known,
      nowMs: 0,
    },
  );
  return withWriter(state, index, { at: "store", step, isCurrent });
}

function store(rules: Rules, state: TwoWriters, { index, step, isCurrent }: At<"store">): TwoWriters {
  const released = withWriter(state, index, { at: "release" });
  const isOpen = state.order.state === "sending" || state.order.state === "unknown";
  if (!isOpen || (!isCurrent && rules.guards.onlyOwnAttemptIsStored)) return released;
  return { ...released, order: judgedLater(orderAfter(state.order, step)) };
}

function orderAfter(before: TwoWriters["order"], step: Step): TwoWriters["order"] {
  const settled = { ...before, dueIn: 0, absentLookups: 0, unclearSendings: 0, reasons: [] };
  switch (step.kind) {
    case "open":
      return { ...before, ...factsOf(step), state: step.state, dueIn: step.dueInMs };
    case "settled":
      return { ...settled, state: step.state };
    case "given-up":
      return { ...settled, state: "refused" };
    case "handed-over":
      return { ...settled, state: "written" };
  }
}

/** The archiving that came while the outcome was open is judged in the transaction that ends that. */
function judgedLater(order: TwoWriters["order"]): TwoWriters["order"] {
  if (!order.hasLater) return order;
  if (order.state === "written") return { ...order, hasLater: false, isTold: true };
  return order.state === "unknown" ? order : { ...START.order, content: 1 };
}

function release(state: TwoWriters, index: number): TwoWriters {
  const idle = withWriter(state, index, { at: "idle" });
  return state.lane.holder === index ? { ...idle, lane: { holder: null, left: 0 } } : idle;
}

const withWriter = (state: TwoWriters, index: number, writer: Writer): TwoWriters => ({
  ...state,
  writers: state.writers.with(index, writer),
});
