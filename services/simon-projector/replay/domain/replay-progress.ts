import {
  passedBefore,
  recordsIn,
  type StretchPlace,
} from "../../../shared/kafka/stretches/domain/stretch-plan.ts";
import type { ReplayProgress, ReplayStretch } from "../../../shared/operations/domain/replay-report.ts";

export const NOTHING_REPLAYED: ReplayProgress = {
  phase: "reading",
  passed: 0,
  ofRecords: 0,
  records: 0,
  bytes: 0,
  matched: 0,
  poison: 0,
  rowsWritten: 0,
  rowsWiped: 0,
  expired: 0,
  waitedSeconds: 0,
  yieldedSeconds: 0,
  recordsPerSecond: 0,
  secondsLeft: 0,
};

/** What was done with one chunk. */
export type ReplayStep = Pick<
  ReplayProgress,
  | "records"
  | "bytes"
  | "matched"
  | "poison"
  | "rowsWritten"
  | "rowsWiped"
  | "expired"
  | "waitedSeconds"
  | "yieldedSeconds"
> & {
  /** Reading, waiting and writing. */
  readonly seconds: number;
};

/** Progress after a chunk. @param at where the next one begins */
export function progressAfter(
  before: ReplayProgress,
  step: ReplayStep,
  stretches: readonly ReplayStretch[],
  at: StretchPlace,
): ReplayProgress {
  const ofRecords = recordsIn(stretches);
  const passed = passedBefore(stretches, at);
  const rate = step.seconds > 0 ? (passed - before.passed) / step.seconds : before.recordsPerSecond;
  return {
    phase: "reading",
    passed,
    ofRecords,
    records: before.records + step.records,
    bytes: before.bytes + step.bytes,
    matched: before.matched + step.matched,
    poison: before.poison + step.poison,
    rowsWritten: before.rowsWritten + step.rowsWritten,
    rowsWiped: before.rowsWiped + step.rowsWiped,
    expired: before.expired + step.expired,
    waitedSeconds: rounded(before.waitedSeconds + step.waitedSeconds),
    yieldedSeconds: rounded(before.yieldedSeconds + step.yieldedSeconds),
    recordsPerSecond: Math.round(rate),
    secondsLeft: rate > 0 ? Math.ceil((ofRecords - passed) / rate) : before.secondsLeft,
  };
}

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;
