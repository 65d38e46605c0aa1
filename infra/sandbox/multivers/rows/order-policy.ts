/** How strict an administration is with orders. */
export type OrderPolicy = Readonly<{
  /** Refuse an order without `vatScenarioId` instead of taking the customer's. */
  requireVatScenario: boolean;
  /** What an order on a passive customer or article meets. */
  passive: "error" | "warning" | "silent";
  /** The reference is cut to so many characters when it is stored; null: kept whole. */
  cutReference: number | null;
}>;
