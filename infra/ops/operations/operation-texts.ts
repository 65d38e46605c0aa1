import type {
  LettersPlan,
  LettersProgress,
} from "../../../services/shared/operations/domain/letters-report.ts";
import { DISCARD, PUT_BACK } from "../../../services/shared/operations/domain/letters-wish.ts";
import type {
  ReconcileProgress,
  ReconcileResult,
} from "../../../services/shared/operations/domain/reconcile-report.ts";
import { RECONCILE } from "../../../services/shared/operations/domain/reconcile-wish.ts";
import type {
  ReplayPlan,
  ReplayProgress,
  ReplayResult,
} from "../../../services/shared/operations/domain/replay-report.ts";
import { REPLAY } from "../../../services/shared/operations/domain/replay-wish.ts";
import type {
  RerequestPlan,
  RerequestProgress,
  RerequestResult,
} from "../../../services/shared/operations/domain/rerequest-report.ts";
import { REREQUEST } from "../../../services/shared/operations/domain/rerequest-wish.ts";
import type {
  ResyncPlan,
  ResyncProgress,
  ResyncResult,
} from "../../../services/shared/operations/domain/resync-report.ts";
import { RESYNC } from "../../../services/shared/operations/domain/resync-wish.ts";
import type { Operation } from "../../../services/shared/operations/operation-store.ts";
import { lettersPlanText, lettersProgressText, lettersResultText } from "./letters-texts.ts";
import { reconcileProgressText, reconcileResultText } from "./reconcile-texts.ts";
import { planText, progressText, type ShownDifference, verdictText } from "./replay-texts.ts";
import { rerequestPlanText, rerequestProgressText, rerequestResultText } from "./rerequest-texts.ts";
import { resyncListsText, resyncPlanText, resyncProgressText, resyncResultText } from "./resync-texts.ts";

/** What operators see of an operation of one kind; each is called with what the service of that kind put into the row. */
type KindTexts = {
  readonly plan: (plan: unknown, differences: readonly ShownDifference[]) => string;
  /** On one line. */
  readonly progress: (progress: unknown) => string;
  /** What is known besides, while it is under way. */
  readonly details?: (progress: unknown) => string;
  readonly result: (result: unknown) => string;
  /** Whether one that is done came to what it should. */
  readonly isWell: (result: unknown) => boolean;
};

const lettersTexts = (verb: string, done: string): KindTexts => ({
  plan: (plan) => lettersPlanText(verb, plan as LettersPlan),
  progress: (progress) => lettersProgressText(progress as LettersProgress),
  result: (result) => lettersResultText(done, result as LettersProgress),
  isWell: () => true,
});

const KINDS: ReadonlyMap<string, KindTexts> = new Map([
  [PUT_BACK, lettersTexts("writes", "wrote")],
  [DISCARD, lettersTexts("discards", "discarded")],
  [
    REPLAY,
    {
      plan: (plan, differences) => planText(plan as ReplayPlan, differences),
      progress: (progress) => progressText(progress as ReplayProgress),
      result: (result) => replayResultText(result as ReplayResult),
      isWell: (result) => (result as ReplayResult).verdict.isEqual,
    },
  ],
  [
    RECONCILE,
    {
      plan: () => "compares Simon's rows with Unit4's last complete lists; nothing is changed",
      progress: (progress) => reconcileProgressText(progress as ReconcileProgress),
      result: (result) => reconcileResultText(result as ReconcileResult),
      isWell: (result) => (result as ReconcileResult).isEqual,
    },
  ],
  [
    REREQUEST,
    {
      plan: (plan) => rerequestPlanText(plan as RerequestPlan),
      progress: (progress) => rerequestProgressText(progress as RerequestProgress),
      result: (result) => rerequestResultText(result as RerequestResult),
      isWell: (result) => (result as RerequestResult).missing === 0,
    },
  ],
  [
    RESYNC,
    {
      plan: (plan) => resyncPlanText(plan as ResyncPlan),
      progress: (progress) => resyncProgressText(progress as ResyncProgress),
      details: (progress) => resyncListsText(progress as ResyncProgress),
      result: (result) => resyncResultText(result as ResyncResult),
      isWell: (result) => (result as ResyncResult).isWhole,
    },
  ],
]);

/** One line of a list. */
export const operationLine = ({
  operationId,
  state,
  kind,
  name,
  requestedBy,
  requestedAt,
}: Operation): string =>
  `${String(operationId).padStart(6)}  ${state.padEnd(9)}  ${kind.padEnd(9)}  ${requestedAt}  ${requestedBy}  ${name}`;

/** Everything that is known of an operation. */
export function operationText(operation: Operation, differences: readonly ShownDifference[]): string {
  const { operationId, name, state, reason, requestedBy, requestedAt, workedAtBy } = operation;
  return [
    `operation ${operationId}: ${name}`,
    `state    ${stateText(operation)}${workedAtBy === null ? "" : `, worked at by ${workedAtBy}`}`,
    `reason   ${reason}`,
    `asked    by ${requestedBy}, ${requestedAt}`,
    ...operation.acts.map(({ act, by, at }) => `           ${act} by ${by}, ${at}`),
    ...kindLines(operation, differences),
    ...(operation.failure === null ? [] : [`failed   ${operation.failure.message}`]),
    ...(state === "planned" && operation.plan !== null
      ? [`next     npm run ops -- operations confirm ${operationId}`]
      : []),
  ].join("\n");
}

function stateText({ state, plan, needsSecond }: Operation): string {
  if (state !== "planned") return state;
  if (plan === null) return "planned: the plan is being made";
  return needsSecond ? "planned: waits for another person to confirm it" : "planned: waits to be confirmed";
}

function kindLines(
  { kind, state, plan, progress, result }: Operation,
  differences: readonly ShownDifference[],
): readonly string[] {
  const texts = KINDS.get(kind);
  if (texts === undefined) return [];
  const isUnderWay = state === "running" || state === "paused" || state === "cancelled";
  return [
    ...(plan === null ? [] : [texts.plan(plan, differences)]),
    ...(isUnderWay && progress !== null ? [`so far   ${texts.progress(progress)}`] : []),
    ...(isUnderWay && progress !== null && texts.details !== undefined ? [texts.details(progress)] : []),
    ...(result === null ? [] : [texts.result(result)]),
  ];
}

const replayResultText = (result: ReplayResult): string =>
  [
    `wrote    ${result.rowsWritten.toLocaleString("en")} rows, wiped ${result.rowsWiped.toLocaleString("en")}, of ${result.matched.toLocaleString("en")} records`,
    verdictText(result.verdict),
  ].join("\n");

/** How far an operation is, on one line. */
export function followText(operation: Operation): string {
  const { kind, state, progress } = operation;
  const texts = KINDS.get(kind);
  return progress === null || texts === undefined
    ? stateText(operation)
    : `${state}  ${texts.progress(progress)}`;
}

/** Whether an operation that is over came to what it should. */
export const endedWell = ({ state, kind, result }: Operation): boolean =>
  state === "done" && (KINDS.get(kind)?.isWell(result) ?? true);
