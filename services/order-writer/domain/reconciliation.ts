import type { OrderRequested } from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { openOrderMessage, orderParams } from "./announcement.ts";

/** What is wrong with a written order in Unit4. */
export type Discrepancy =
  /** Several orders carry its reference. */
  | { readonly kind: "duplicate"; readonly orderIds: readonly string[] }
  /** Unit4 has none. */
  | { readonly kind: "missing"; readonly orderIds: readonly [] };

/** What Unit4 has of a written order. */
export type OrderSight = {
  /** Orders with its reference on its customer. */
  readonly orderIds: readonly string[];
  /** Where there are none: whether Unit4 still shows the order by its number, for instance under another reference. */
  readonly isShownByNumber: boolean;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * Ages at which an order is looked at. The first ones lie close together: a process that was frozen while it sent thaws
 * within minutes, and a second order has to be found within ten.
 */
const CHECK_AGES_MS = [1, 8, 16, 60, 6 * 60].map((minutes) => minutes * MINUTE_MS);
/** How often a discrepancy is looked at again, and until when: it closes itself when its cause is gone. */
const DISCREPANCY_EVERY_MS = 10 * MINUTE_MS;
const LONGEST_DISCREPANCY_MS = 90 * 24 * HOUR_MS;
/** Later than this the office may well have edited the order (rule W11), and what differs is its own business. */
const CONTENT_AGE_MS = 5 * MINUTE_MS;

/** Codes of open messages that end when there is exactly one order again. */
const DISCREPANCY_CODES: readonly MessageCode[] = ["ORDER_DUPLICATE", "ORDER_FOUND_TWICE", "ORDER_MISSING"];

/** What is wrong; null when there is exactly one order, which is as it should be. */
export function discrepancyOf({ orderIds, isShownByNumber }: OrderSight): Discrepancy | null {
  if (orderIds.length > 1) return { kind: "duplicate", orderIds };
  return orderIds.length === 1 || isShownByNumber ? null : { kind: "missing", orderIds: [] };
}

/** Whether what Unit4 stored is compared with what was sent: once, and only as long as nobody had time to edit it. */
export const isContentCompared = (check: { readonly checks: number; readonly ageMs: number }): boolean =>
  check.checks === 0 && check.ageMs < CONTENT_AGE_MS;

/**
 * In how many milliseconds an order is looked at again; null: no more.
 * @param check ageMs: since it was written; horizonMs: how long an order without a discrepancy is watched
 */
export function nextCheckInMs(check: {
  readonly ageMs: number;
  readonly discrepancy: Discrepancy | null;
  readonly horizonMs: number;
}): number | null {
  const { ageMs, discrepancy, horizonMs } = check;
  if (discrepancy !== null) {
    const untilMs = discrepancy.kind === "duplicate" ? LONGEST_DISCREPANCY_MS : horizonMs;
    return ageMs < untilMs ? Math.max(DISCREPANCY_EVERY_MS, Math.round(ageMs / 24)) : null;
  }
  const nextAgeMs = [...CHECK_AGES_MS, horizonMs].find((one) => one > ageMs && one <= horizonMs);
  return nextAgeMs === undefined ? null : nextAgeMs - ageMs;
}

/** Whether a discrepancy is another one than was known. */
export const isNews = (before: Discrepancy | null, after: Discrepancy | null): boolean =>
  before?.kind !== after?.kind || before?.orderIds.join() !== after?.orderIds.join();

/** A message of the reconciler about a written order. `occurrence`: number of the check that found it. */
type About = {
  readonly request: OrderRequested;
  readonly orderId: string;
  readonly at: number;
  readonly occurrence: string;
};

/** What is said of a discrepancy that is news, or of one that is gone. */
export function discrepancyMessage(after: Discrepancy | null, about: About): NewMessage {
  const code: MessageCode =
    after === null ? "ORDER_SINGLE_AGAIN" : after.kind === "duplicate" ? "ORDER_DUPLICATE" : "ORDER_MISSING";
  const orderIds = after?.orderIds.join(", ") ?? "";
  return {
    ...message(code, { ...about, params: { orderIds } }),
    closes: DISCREPANCY_CODES.filter((one) => one !== code),
  };
}

/** What is said of content that differs. @param difference as people read it */
export const contentMessage = (difference: string, about: About): NewMessage =>
  message("ORDER_CONTENT_DIFFERS", { ...about, params: { difference } });

const message = (
  code: MessageCode,
  { request, orderId, at, occurrence, params }: About & { readonly params: Readonly<Record<string, string>> },
): NewMessage =>
  openOrderMessage(request, {
    code,
    params: { ...orderParams(request), orderId, ...params },
    at,
    occurrence,
  });
