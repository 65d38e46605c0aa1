import type { Log } from "../../shared/telemetry.ts";
import { createLineCap } from "./domain/line-cap.ts";

/** A warning that anybody outside can cause. @param kind of how few kinds it is @param source who caused it */
export type CappedWarning = (event: string, kind: string, source: string, fields: object) => void;

const LIMITS = { ofSource: 10, ofKind: 300 };
const MINUTE_MS = 60_000;

/**
 * Warnings that are written ten times a minute for each kind and source, 300 times for each kind; the rest of a minute is told in one
 * line of its kind when it is over. Metrics count each of them elsewhere.
 */
export function createCappedLog(log: Log): CappedWarning {
  const cap = createLineCap(LIMITS);
  let hasMinute = false;
  const endMinute = (): void => {
    hasMinute = false;
    for (const { event, kind, count } of cap.turn())
      log.warn("warnings_left_out", { of: event, kind, count });
  };
  return (event, kind, source, fields) => {
    if (!hasMinute) {
      hasMinute = true;
      setTimeout(endMinute, MINUTE_MS).unref();
    }
    if (cap.admits(event, kind, source)) log.warn(event, fields);
  };
}
