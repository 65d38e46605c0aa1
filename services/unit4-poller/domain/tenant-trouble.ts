import type { MessageCode } from "../../shared/domain/message-catalogue.ts";

/** What stands between a tenant and its ERP, over the turns. */
export type Trouble = {
  /** Failed turns in a row. */
  readonly failures: number;
  /** When the first of them began, milliseconds since 1970 UTC; null while there are none. */
  readonly since: number | null;
  /** Messages that are open because of it. */
  readonly told: readonly MessageCode[];
};

export const NO_TROUBLE: Trouble = { failures: 0, since: null, told: [] };

/** How a turn at a tenant's ERP ended. */
export type TurnEnd =
  | { readonly kind: "fine" }
  /** Temporary: no answer, 5xx, something that is not a list. `reason` is a short text without content of the answer. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** 429; `until` in milliseconds since 1970 UTC. */
  | { readonly kind: "asked-to-wait"; readonly until: number }
  | { readonly kind: "revoked" }
  | { readonly kind: "client-refused" }
  | { readonly kind: "forbidden" };

/** A message to publish because of a turn's end. */
export type TroubleMessage = {
  readonly code: MessageCode;
  readonly params: Readonly<Record<string, string>>;
  readonly closes: readonly MessageCode[];
  /** Start of the trouble that it is about, milliseconds since 1970 UTC: the same trouble is told once. */
  readonly since: number;
};

const TOLD_AFTER_FAILURES = 2;
const TOLD_AFTER_MS = 60_000;
const LONG_WAIT_MS = 10 * 60 * 1000;

const TEMPORARY: readonly MessageCode[] = ["UNIT4_UNAVAILABLE", "UNIT4_ASKED_TO_WAIT"];
const LASTING: readonly MessageCode[] = [
  "CONNECTION_REVOKED",
  "CONNECTION_CLIENT_REFUSED",
  "ADMINISTRATION_FORBIDDEN",
];

/**
 * The trouble after a turn, and what is said of it: each trouble once, a temporary one only when it lasts, and its end.
 * @param turn.now milliseconds since 1970 UTC
 */
export function afterTurn(turn: {
  readonly before: Trouble;
  readonly end: TurnEnd;
  readonly administration: string;
  readonly now: number;
}): { readonly trouble: Trouble; readonly messages: readonly TroubleMessage[] } {
  const { before, end, now } = turn;
  const since = before.since ?? now;
  switch (end.kind) {
    case "fine":
      return { trouble: NO_TROUBLE, messages: closingMessages(before, since) };
    case "asked-to-wait": {
      const params = { until: amsterdamMoment(end.until) };
      const isLong = end.until - now > LONG_WAIT_MS;
      return told({ ...before, since }, isLong ? "UNIT4_ASKED_TO_WAIT" : null, params);
    }
    case "unavailable": {
      const trouble = { ...before, failures: before.failures + 1, since };
      const lasts = trouble.failures >= TOLD_AFTER_FAILURES || now - since >= TOLD_AFTER_MS;
      return told(trouble, lasts ? "UNIT4_UNAVAILABLE" : null, { reason: end.reason });
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

function told(
  trouble: Trouble & { readonly since: number },
  code: MessageCode | null,
  params: Readonly<Record<string, string>>,
): { readonly trouble: Trouble; readonly messages: readonly TroubleMessage[] } {
  if (code === null || trouble.told.includes(code)) return { trouble, messages: [] };
  return {
    trouble: { ...trouble, told: [...trouble.told, code] },
    messages: [{ code, params, closes: [], since: trouble.since }],
  };
}

function closingMessages(before: Trouble, since: number): readonly TroubleMessage[] {
  const endings: readonly { readonly code: MessageCode; readonly closes: readonly MessageCode[] }[] = [
    { code: "UNIT4_AVAILABLE", closes: before.told.filter((code) => TEMPORARY.includes(code)) },
    { code: "CONNECTION_RESTORED", closes: before.told.filter((code) => LASTING.includes(code)) },
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
