import type {
  ReplayPlan,
  ReplayProgress,
  ReplayResult,
} from "../../../services/shared/operations/domain/replay-report.ts";
import { REPLAY } from "../../../services/shared/operations/domain/replay-wish.ts";
import type { Operation } from "../../../services/shared/operations/operation-store.ts";
import { planText, progressText, type ShownDifference, verdictText } from "./replay-texts.ts";

/** One line of a list. */
export const operationLine = ({
  operationId,
  state,
  kind,
  name,
  requestedBy,
  requestedAt,
}: Operation): string =>
  `${String(operationId).padStart(6)}  ${state.padEnd(9)}  ${kind.padEnd(8)}  ${requestedAt}  ${requestedBy}  ${name}`;

/** Everything that is known of an operation. */
export function operationText(operation: Operation, differences: readonly ShownDifference[]): string {
  const { operationId, name, state, reason, requestedBy, requestedAt, workedAtBy } = operation;
  return [
    `operation ${operationId}: ${name}`,
    `state    ${stateText(operation)}${workedAtBy === null ? "" : `, worked at by ${workedAtBy}`}`,
    `reason   ${reason}`,
    `asked    by ${requestedBy}, ${requestedAt}`,
    ...operation.acts.map(({ act, by, at }) => `           ${act} by ${by}, ${at}`),
    ...(operation.kind === REPLAY ? replayLines(operation, differences) : []),
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

function replayLines(
  { state, plan, progress, result }: Operation,
  differences: readonly ShownDifference[],
): readonly string[] {
  const isUnderWay = state === "running" || state === "paused" || state === "cancelled";
  return [
    ...(plan === null ? [] : [planText(plan as ReplayPlan, differences)]),
    ...(isUnderWay && progress !== null ? [`so far   ${progressText(progress as ReplayProgress)}`] : []),
    ...(result === null ? [] : resultLines(result as ReplayResult)),
  ];
}

const resultLines = (result: ReplayResult): readonly string[] => [
  `wrote    ${result.rowsWritten.toLocaleString("en")} rows, wiped ${result.rowsWiped.toLocaleString("en")}, of ${result.matched.toLocaleString("en")} records`,
  verdictText(result.verdict),
];

/** How far an operation is, on one line. */
export const followText = (operation: Operation): string =>
  operation.progress === null || operation.kind !== REPLAY
    ? stateText(operation)
    : `${operation.state}  ${progressText(operation.progress as ReplayProgress)}`;

/** Whether an operation that is over came to what it should. */
export const endedWell = ({ state, kind, result }: Operation): boolean =>
  state === "done" && (kind !== REPLAY || (result as ReplayResult).verdict.isEqual);
