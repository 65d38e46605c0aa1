import { isExistingDay } from "../../parts/domain/day.ts";

/** What became of a workorder. */
export const WORKORDER_STATES = ["waiting", "written", "refused", "skipped", "unknown"] as const;
export type WorkorderState = (typeof WORKORDER_STATES)[number];

/** Which workorders a person looks at. */
export type WorkorderFilter = {
  readonly state: WorkorderState | "";
  /** Code of the message that says why; empty: any. */
  readonly cause: string;
  /** Dutch days of archiving, yyyy-MM-dd; empty: no limit. */
  readonly from: string;
  readonly to: string;
  /** Part of the number, the customer's name or the order's number. */
  readonly search: string;
};

const CODE = /^[A-Z][A-Z0-9_]{0,79}$/;

/** A filter from what stands in an address; what makes no sense counts as not chosen. */
export function workorderFilterFrom(query: Readonly<Record<string, string | undefined>>): WorkorderFilter {
  const day = (name: string): string => {
    const text = query[name] ?? "";
    return isExistingDay(text) ? text : "";
  };
  const cause = query["cause"] ?? "";
  return {
    state: WORKORDER_STATES.find((one) => one === query["state"]) ?? "",
    cause: CODE.test(cause) ? cause : "",
    from: day("from"),
    to: day("to"),
    search: (query["q"] ?? "").trim().slice(0, 100),
  };
}

/** The filter as it stands in an address. */
export const workorderQuery = ({ search, ...filter }: WorkorderFilter): Readonly<Record<string, string>> => ({
  ...filter,
  q: search,
});
