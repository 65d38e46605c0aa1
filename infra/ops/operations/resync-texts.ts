import type {
  ListWait,
  NotFetchable,
  PlannedList,
  ResyncedList,
  ResyncPlan,
  ResyncProgress,
  ResyncResult,
} from "../../../services/shared/operations/domain/resync-report.ts";

const count = (number: number): string => number.toLocaleString("en");
const LISTS = { customer: "customers", article: "articles" } as const;

const NOT_FETCHABLE: Readonly<Record<NotFetchable, string>> = {
  "unknown-tenant": "there is no such tenant",
  inactive: "the integration is off",
  "not-connected": "there is no connection with Unit4",
};

const WAITS: Readonly<Record<ListWait, string>> = {
  queued: "waits until nobody else is due",
  polite: "waits, since its last reading took long",
  parked: "waits, since Unit4 asked for rest",
  failing: "waits: its last turns failed",
};

/** A plan in words, one thing a line. */
export const resyncPlanText = ({ isFull, lists, rows, calls, busyPart }: ResyncPlan): string =>
  [
    `reads    ${count(rows)} rows by about ${count(calls)} calls; ${isFull ? "every row is told anew" : "rows that changed since their last reading are told"}`,
    `takes    room that no due poll needs, and at most ${busyPart * 100} % of the time of each Unit4`,
    ...lists.map((list) => `           ${list.tenantId} ${LISTS[list.entity]}: ${plannedText(list)}`),
  ].join("\n");

function plannedText({ rows, readAt, notFetchable, notBefore }: PlannedList): string {
  if (notFetchable !== null) return `is left out: ${NOT_FETCHABLE[notFetchable]}`;
  if (rows === null) return "was never read";
  return `${count(rows)} rows, read ${readAt}${notBefore === null ? "" : `; with its next turn, or from ${notBefore} on`}`;
}

/** Progress on one line. */
export function resyncProgressText({ lists, over }: ResyncProgress): string {
  const read = lists.reduce((sum, list) => sum + list.read, 0);
  const told = lists.reduce((sum, list) => sum + list.told, 0);
  return `${count(over)} of ${count(lists.length)} lists  ${count(read)} rows read  ${count(told)} told`;
}

/** How far each list is. */
export const resyncListsText = ({ lists }: ResyncProgress): string =>
  lists.map((list) => `           ${list.tenantId} ${LISTS[list.entity]}: ${listText(list)}`).join("\n");

function listText({ state, why, read, of, told }: ResyncedList): string {
  const rows = `${count(read)}${of === null || state === "done" ? "" : ` of ${count(of)}`} rows read, ${count(told)} told`;
  if (state === "left-out") return `left out: ${NOT_FETCHABLE[why as NotFetchable] ?? why}`;
  if (state === "incomplete") return `${rows}; Unit4 did not show its end`;
  return why === null ? rows : `${rows}; ${WAITS[why as ListWait] ?? why}`;
}

/** What a resync came to. */
export const resyncResultText = (result: ResyncResult): string =>
  [
    `${result.isWhole ? "done     every list was read to its end" : "done     not every list was read to its end"}`,
    resyncListsText(result),
  ].join("\n");
