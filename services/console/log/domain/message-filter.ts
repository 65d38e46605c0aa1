import { isExistingDay } from "../../parts/domain/day.ts";

/** Which messages a person looks at (rule L2); an empty text chooses all. */
export type MessageFilter = {
  readonly kind: (typeof MESSAGE_KINDS)[number] | "";
  readonly table: (typeof MESSAGE_TABLES)[number] | "";
  /** `open`: warnings and errors whose cause is still there. An info is neither open nor closed. */
  readonly state: (typeof STATES)[number];
  /** Dutch days, yyyy-MM-dd: messages that were said then, or before and after. */
  readonly from: string;
  readonly to: string;
  /** Words that must all occur in what people read of a message. */
  readonly search: string;
};

export const MESSAGE_TABLES = [
  "workorder",
  "customer",
  "workAddress",
  "article",
  "articleGroup",
  "connection",
  "settings",
] as const;

export const MESSAGE_KINDS = ["info", "warning", "error"] as const;
const STATES = ["all", "open", "closed"] as const;
const LONGEST_SEARCH = 200;

/** A filter from what stands in an address; what makes no sense counts as not chosen. */
export function messageFilterFrom(query: Readonly<Record<string, string | undefined>>): MessageFilter {
  const chosen = <T extends string>(name: string, choices: readonly T[]): T | "" =>
    choices.find((one) => one === query[name]) ?? "";
  const day = (name: string): string => {
    const text = query[name] ?? "";
    return isExistingDay(text) ? text : "";
  };
  return {
    kind: chosen("kind", MESSAGE_KINDS),
    table: chosen("table", MESSAGE_TABLES),
    state: chosen("state", STATES) || "all",
    from: day("from"),
    to: day("to"),
    search: (query["q"] ?? "").trim().slice(0, LONGEST_SEARCH),
  };
}

/** The filter as it stands in an address; what is not chosen is left out. */
export function filterQuery(filter: MessageFilter): Readonly<Record<string, string>> {
  const { kind, table, state, from, to, search } = filter;
  return { kind, table, state: state === "all" ? "" : state, from, to, q: search };
}

/** Page of a list: at least 1, at most the last there is (case O24). */
export function pageWithin(
  wanted: number,
  total: number,
  rowsAPage: number,
): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(total / rowsAPage));
  return { pages, page: Math.min(Math.max(1, Number.isSafeInteger(wanted) ? wanted : 1), pages) };
}
