import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import type { Entity } from "./entity.ts";

/** What stands between a tenant and its ERP, over the turns. */
export type FailureStreak = {
  /** Failed turns in a row. */
  readonly failures: number;
  /** When the first of them began, milliseconds since 1970 UTC; null while there are none. */
  readonly since: number | null;
  /** Messages that are open because of it. */
  readonly told: readonly MessageCode[];
};

export const NO_FAILURES: FailureStreak = { failures: 0, since: null, told: [] };

/** How a turn at a tenant's ERP ended. */
export type TurnEnd =
  | { readonly kind: "fine" }
  /** Temporary: no answer, 5xx, something that is not a list. `reason` is a short text without content of the answer. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** 429; `until` in milliseconds since 1970 UTC. */
  | { readonly kind: "asked-to-wait"; readonly until: number }
  | { readonly kind: "revoked" }
  | { readonly kind: "client-refused" }
  | { readonly kind: "forbidden" }
  /** A fault of ours at this tenant's list: what is stored of it, or what it shows, cannot be processed. */
  | { readonly kind: "faulty"; readonly entity: Entity; readonly reason: string };

/** A message to publish because of a turn's end. */
export type FailureMessage = {
  readonly code: MessageCode;
  readonly params: Readonly<Record<string, string>>;
  readonly closes: readonly MessageCode[];
  /** Start of the failures that it is about, milliseconds since 1970 UTC: the same ones are told once. */
  readonly since: number;
};

const TOLD_AFTER_FAILURES = 2;
const TOLD_AFTER_MS = 60_000;
const LONG_WAIT_MS = 10 * 60 * 1000;

const OUT_OF_DATE = { customer: "CUSTOMERS_OUT_OF_DATE", article: "ARTICLES_OUT_OF_DATE" } as const;

const TEMPORARY: readonly MessageCode[] = [
  "UNIT4_UNAVAILABLE",
  "UNIT4_CERTIFICATE_REFUSED",
  "UNIT4_ASKED_TO_WAIT",
];
const LASTING: readonly MessageCode[] = [
  "CONNECTION_REVOKED",
  "CONNECTION_CLIENT_REFUSED",
  "ADMINISTRATION_FORBIDDEN",
];

/**
 * The failures after a turn, and what is said of them: each kind once, a passing one only when it lasts, and its end.
 * @param turn.now milliseconds since 1970 UTC
 */
export function afterTurn(turn: {
  readonly before: FailureStreak;
  readonly end: TurnEnd;
  readonly administration: string;
  readonly now: number;
}): { readonly streak: FailureStreak; readonly messages: readonly FailureMessage[] } {
  const { before, end, now } = turn;
  const since = before.since ?? now;
  switch (end.kind) {
    case "fine":
      return { streak: NO_FAILURES, messages: closingMessages(before, since) };
    case "asked-to-wait": {
      const params = { until: amsterdamMoment(end.until) };
      const isLong = end.until - now > LONG_WAIT_MS;
      return told({ ...before, since }, isLong ? "UNIT4_ASKED_TO_WAIT" : null, params);
    }
    case "unavailable": {
      const streak = { ...before, failures: before.failures + 1, since };
      const lasts = streak.failures >= TOLD_AFTER_FAILURES || now - since >= TOLD_AFTER_MS;
      return told(streak, lasts ? unavailableCode(end.reason) : null, { reason: end.reason });
    }
    case "faulty": {
      const streak = { ...before, failures: before.failures + 1, since };
      return told(streak, streak.failures >= TOLD_AFTER_FAILURES ? OUT_OF_DATE[end.entity] : null, {});
    }
    case "revoked":
      return told({ ...before, failures: before.failures + 1, since }, "CONNECTION_REVOKED", {});
    case "client-refused":
      return told({ ...before, failures: before.failures + 1, since }, "CONNECTION_CLIENT_REFUSED", {});
    case "forbidden":
      return told({ ...before, failures: before.failures + 1, since }, "ADMINISTRATION_FORBIDDEN", {
        administration: turn.administration,
      });
  }
}

/**
 * A certificate is not mended by trying again: it is told as what it is (F43), also when only a token was asked for.
 */
const unavailableCode = (reason: string): MessageCode =>
  /^(TOKEN_)?CERTIFICATE_/.test(reason) ? "UNIT4_CERTIFICATE_REFUSED" : "UNIT4_UNAVAILABLE";

function told(
  streak: FailureStreak & { readonly since: number },
  code: MessageCode | null,
  params: Readonly<Record<string, string>>,
): { readonly streak: FailureStreak; readonly messages: readonly FailureMessage[] } {
  if (code === null || streak.told.includes(code)) return { streak, messages: [] };
  return {
    streak: { ...streak, told: [...streak.told, code] },
    messages: [{ code, params, closes: [], since: streak.since }],
  };
}

function closingMessages(before: FailureStreak, since: number): readonly FailureMessage[] {
  const endings: readonly { readonly code: MessageCode; readonly closes: readonly MessageCode[] }[] = [
    { code: "UNIT4_AVAILABLE", closes: before.told.filter((code) => TEMPORARY.includes(code)) },
    { code: "CONNECTION_RESTORED", closes: before.told.filter((code) => LASTING.includes(code)) },
    { code: "CUSTOMERS_UP_TO_DATE", closes: before.told.filter((code) => code === OUT_OF_DATE.customer) },
    { code: "ARTICLES_UP_TO_DATE", closes: before.told.filter((code) => code === OUT_OF_DATE.article) },
  ];
  return endings
    .filter(({ closes }) => closes.length > 0)
    .map((ending) => ({ ...ending, params: {}, since }));
}

const AMSTERDAM = new Intl.DateTimeFormat("nl-NL", {
  timeZone: "Europe/Amsterdam",
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** `25-11-2026 10:30`, office time. */
const amsterdamMoment = (ms: number): string => AMSTERDAM.format(ms).replace(",", "");
