import type {
  PreviewedRows,
  ReplayPlan,
  ReplayProgress,
  Verdict,
} from "../../../services/shared/operations/domain/replay-report.ts";

/** A difference that a preview found; null for nothing. */
export type ShownDifference = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
};

const count = (number: number): string => number.toLocaleString("en");
const time = (ms: number): string => new Date(ms).toISOString();

/** A plan in words, one thing a line. */
export function planText(plan: ReplayPlan, differences: readonly ShownDifference[]): string {
  const { stretches, preview, notHeld } = plan;
  return [
    `reads    ${count(plan.records)} records at most of ${plan.topic}, about ${megabytes(plan.bytes)}`,
    ...stretches.map(
      ({ partition, from, to }) =>
        `           partition ${partition}, offsets ${count(from)} to ${count(to - 1)}`,
    ),
    `takes    about ${count(plan.seconds)} s at ${count(plan.recordsPerSecond)} records/s, longer while live work needs the room`,
    ...(notHeld === null
      ? []
      : [
          notHeld.kind === "everything"
            ? `lacks    what was written before ${time(notHeld.beforeMs)}: the topic no longer has it, so only a resync from Unit4 brings it`
            : `lacks    of what was written before ${time(notHeld.beforeMs)} the topic has only the newest of each record`,
        ]),
    ...(preview === null
      ? ["preview  none was asked for"]
      : [
          `preview  ${rowsText(preview.rows)}; ${count(preview.tenants)} tenants`,
          ...(preview.isComplete
            ? []
            : [`           of the first ${count(preview.records)} records; the others were not looked at`]),
          ...(preview.poison === 0 ? [] : [`           ${count(preview.poison)} records cannot be read`]),
        ]),
    ...differences.map(
      ({ tenantId, entityId, field, before, after }) =>
        `           ${tenantId}/${entityId} ${field}: ${before ?? "-"} → ${after ?? "-"}`,
    ),
  ].join("\n");
}

const rowsText = ({ inserted, changed, wiped, older, equal, absent }: PreviewedRows): string =>
  [
    `${count(inserted)} rows new`,
    `${count(changed)} changed`,
    `${count(wiped)} wiped`,
    `${count(equal)} equal`,
    `${count(older)} newer than the range`,
    `${count(absent)} neither there nor brought`,
  ].join(", ");

/** Progress on one line. */
export function progressText(progress: ReplayProgress): string {
  const { passed, ofRecords, recordsPerSecond, secondsLeft, rowsWritten, yieldedSeconds, phase } = progress;
  if (phase === "verdict")
    return `read; rows are held against the topic (${count(rowsWritten)} rows written)`;
  const share = ofRecords === 0 ? 1 : passed / ofRecords;
  const bar = "#".repeat(Math.floor(share * BAR)).padEnd(BAR, ".");
  return (
    `[${bar}] ${Math.floor(share * 100)} %  ${count(passed)} of ${count(ofRecords)}  ${count(recordsPerSecond)}/s  ` +
    `${count(secondsLeft)} s left  ${count(rowsWritten)} rows written  yielded ${count(Math.round(yieldedSeconds))} s`
  );
}

const BAR = 20;

/** What a replay came to. */
export function verdictText({ isEqual, tenants, rows, newer, differing }: Verdict): string {
  if (isEqual)
    return `verdict  equal: ${count(rows)} rows of ${count(tenants)} tenants stand as the topic tells them (${count(newer)} are newer)`;
  return [
    `verdict  not equal: rows of ${count(differing.length)} tenants differ; a full resync of each is the next step`,
    ...differing.map(
      (one) =>
        `           ${one.tenantId}: ${count(one.missing)} missing, ${count(one.older)} older, ${count(one.different)} different of ${count(one.rows)}`,
    ),
  ].join("\n");
}

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${count(Math.ceil(bytes / 1_000))} kB` : `${count(Math.round(bytes / 1_000_000))} MB`;
