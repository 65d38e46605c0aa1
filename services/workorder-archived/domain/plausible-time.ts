import { amsterdamDate } from "../../shared/domain/dutch-date.ts";
import type { ArchivedEvent } from "./decision.ts";
import type { Finding } from "./finding.ts";

const DAY_MS = 86_400_000;
/** Devices are some minutes ahead, or on another zone's time. */
const MOST_AHEAD_MS = DAY_MS;
/** Longer than a device is without a network, or a program keeps workorders before it sends them. */
const MOST_BEHIND_MS = 366 * DAY_MS;

/**
 * A moment of archiving that its record's time makes hard to believe (case O35): the order would get that date, in a year that
 * may be closed. A person who sends the workorder again has seen that it is long ago; ahead it stays.
 */
export function timeFaults({ workorder, recordTimestampMs }: ArchivedEvent): readonly Finding[] {
  const { archivedAt, retry } = workorder;
  const aheadMs = archivedAt - recordTimestampMs;
  const isPlausible = aheadMs <= MOST_AHEAD_MS && (aheadMs >= -MOST_BEHIND_MS || retry !== null);
  if (isPlausible) return [];
  const params = { archivedOn: dutchDate(archivedAt), receivedOn: dutchDate(recordTimestampMs) };
  return [{ code: "WORKORDER_TIME_IMPLAUSIBLE", params }];
}

/** dd-MM-yyyy. */
const dutchDate = (ms: number): string => amsterdamDate(ms).split("-").toReversed().join("-");
