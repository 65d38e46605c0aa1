import { parseUnit4Date } from "../../shared/domain/dutch-date.ts";
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
 * Fiscal years to ask for as well before an order counts as absent, the likeliest first: whether a list without a year is
 * that of one year is not documented. The neighbours too where the year is in doubt: in the first and the last month,
 * and, since a book year may begin in any month, when everything seen so far fits into one year.
 */
export function fiscalYearsToAsk(
  orders: readonly SeenOrder[],
  { orderDate }: Pick<WantedOrder, "orderDate">,
): readonly number[] {
  const [year, month] = [Number(orderDate.slice(0, 4)), Number(orderDate.slice(5, 7))];
  if (fitsIntoOneYear(orders)) return [year, year - 1, year + 1];
  if (month === 1) return [year, year - 1];
  return month === 12 ? [year, year + 1] : [year];
}

/** Also true of no orders at all. */
function fitsIntoOneYear(orders: readonly SeenOrder[]): boolean {
  const dates = orders
    .map(({ orderDate }) => parseUnit4Date(orderDate))
    .flatMap((date) => (date.kind === "date" ? [date.iso] : []))
    .sort();
  const [first, last] = [dates.at(0), dates.at(-1)];
  if (first === undefined || last === undefined) return true;
  const yearLater = `${Number(first.slice(0, 4)) + 1}${first.slice(4)}`;
  return last < yearLater;
}

const byNumber = (one: string, other: string): number =>
  one.length - other.length || (one < other ? -1 : Number(one > other));
