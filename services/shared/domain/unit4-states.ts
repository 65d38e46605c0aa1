import type { ChangeKind } from "../../../schemas/records.ts";

/** What a state in Unit4 means for Simon. */
type SeenState = Exclude<ChangeKind, "gone">;

const CUSTOMER_STATES: ReadonlyMap<string, SeenState> = new Map([
  ["A", "present"],
  ["P", "inactive"],
]);

/** Expiring articles can still be used up. */
const ARTICLE_STATES: ReadonlyMap<number, SeenState> = new Map([
  [0, "present"],
  [1, "inactive"],
  [2, "present"],
]);

/** Unit4's customerStateId: A active, P passive; any other is unknown, not absent (case O15). */
export const customerState = (stateId: string): SeenState => CUSTOMER_STATES.get(stateId) ?? "unknown";

/** Unit4's productState: 0 active, 1 passive, 2 expiring; any other is unknown, not absent. */
export const articleState = (state: number): SeenState => ARTICLE_STATES.get(state) ?? "unknown";
