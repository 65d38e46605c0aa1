/** State of a row in Simon; `removed` was taken away by the cleaning and counts as absent. */
type SimonState = "active" | "inactive" | "gone" | "unknown" | "removed";

/** Where a row came from: Unit4, or a person who added it in Simon. */
type Origin = "unit4" | "simon";

/** A customer as Simon has it. */
export type SimonCustomer = {
  readonly customerId: string;
  readonly name: string;
  readonly state: SimonState;
  readonly origin: Origin;
  readonly paymentConditionId: string;
  readonly vatScenarioId: number | null;
  /** 0 no VAT, 1 VAT, 2 subcontractor. */
  readonly chargeVatTypeId: number;
  /** Active customers of the same organisation, where this one is gone: what it lives on as (case O43). */
  readonly successors: readonly { readonly id: string; readonly name: string }[];
};

/** An article as Simon has it. */
export type SimonArticle = {
  readonly articleId: string;
  readonly description: string;
  readonly state: SimonState;
  readonly origin: Origin;
  /** Unit4's productType; null where it is not known. */
  readonly type: number | null;
  /** Decimals in a quantity; null where it is not known. */
  readonly quantityScale: number | null;
};

/**
 * What a row says of booking on it: `usable`; `inactive` = Unit4 may refuse it; `gone` = deleted in Unit4; `unknown` =
 * never in Unit4. A state code that nobody knows is no reason to hold a workorder up.
 */
export type Standing = "usable" | "inactive" | "gone" | "unknown";

/** @param row null or undefined where Simon has none */
export function standingOf(row: Pick<SimonCustomer, "state" | "origin"> | null | undefined): Standing {
  if (row === null || row === undefined || row.state === "removed" || row.origin === "simon")
    return "unknown";
  if (row.state === "gone" || row.state === "inactive") return row.state;
  return "usable";
}
