import { isStoredReference } from "./stored-reference.ts";

/** An order as a list of Unit4 shows it; the date as Unit4 writes it. */
export type SeenOrder = {
  readonly orderId: string;
  readonly customerId: string;
  readonly reference: string;
  readonly orderDate: string;
};

/** Which order is looked for. */
export type WantedOrder = {
  readonly workorderId: string;
  readonly customerId: string;
  readonly reference: string;
  /** yyyy-MM-dd */
  readonly orderDate: string;
};

/**
 * Numbers of the orders with this reference on this customer, each once, lowest first. Compared here, because Unit4 may
 * ignore any condition that it is asked with.
 */
export function matchingOrderIds(
  orders: readonly SeenOrder[],
  wanted: Pick<WantedOrder, "customerId" | "reference">,
): readonly string[] {
  const found = orders.filter(
    ({ customerId, reference }) =>
      customerId.trim() === wanted.customerId && isStoredReference(reference, wanted.reference),
  );
  return [...new Set(found.map(({ orderId }) => orderId))].sort(byNumber);
}

/**
 * Whether an order is another one than that which once had its number: both customer and reference are others. People
 * change one of the two; what Unit4 does not show proves nothing.
 */
export const isAnothers = (
  shown: Pick<SeenOrder, "customerId" | "reference">,
  own: Pick<WantedOrder, "customerId" | "reference">,
): boolean =>
  shown.customerId !== "" &&
  shown.customerId.trim() !== own.customerId &&
  shown.reference !== "" &&
  !isStoredReference(shown.reference, own.reference);

/**
 * Fiscal years to ask for as well before an order counts as absent, the likeliest first: whether a list without a year is
 * that of one year is not documented. A book year may begin in any month, be named after its first or its last day, and be
 * shorter or longer than a year, so the year that holds a date is the date's own or a neighbour, and absence needs all three.
 */
export function fiscalYearsToAsk({ orderDate }: Pick<WantedOrder, "orderDate">): readonly number[] {
  const year = Number(orderDate.slice(0, 4));
  return [year, year - 1, year + 1];
}

const byNumber = (one: string, other: string): number =>
  one.length - other.length || (one < other ? -1 : Number(one > other));
