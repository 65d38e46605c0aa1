import { type Decimal, decimalOf, dividedBy, numberOf, plus, rounded, times } from "../rows/decimal.ts";
import { VAT_PERCENTAGES } from "../rows/lookups.ts";
import type { OrderLineRow, OrderRow } from "../rows/order-row.ts";

/** The order with the amounts of its lines and its totals: euros, exact, rounded half away from zero to cents. */
export function withTotals(order: OrderRow): OrderRow {
  const orderLines = order.orderLines.map((line) => ({
    ...line,
    orderLineAmount: numberOf(lineAmount(line)),
  }));
  const goods = orderLines.map(lineAmount).reduce(plus, ZERO);
  const discount = rounded(times(goods, decimal(order.discountPercentage)), CENTS);
  const vat = orderLines.map((line) => vatOf(line, order)).reduce(plus, ZERO);
  const vatOnTop = order.chargeVatType === INCLUSIVE ? ZERO : vat;
  return {
    ...order,
    orderLines,
    totalGoodsAmount: numberOf(goods),
    totalDiscountAmount: numberOf(discount),
    totalCreditSqueezeAmount: 0,
    totalVatAmount: numberOf(rounded(vat, CENTS)),
    totalOrderAmount: numberOf(rounded(plus(plus(goods, negative(discount)), vatOnTop), CENTS)),
  };
}

/** The amount of a line in euros, after the line's own discount. */
function lineAmount(line: OrderLineRow): Decimal {
  const gross = times(times(decimal(line.quantityOrdered), decimal(line.price)), complement(line.discount));
  return dividedBy(gross, line.pricePer > 0 ? decimal(line.pricePer) : ONE, CENTS);
}

/** The percentage of VAT on a line: that of its code where the order charges VAT, else 0. */
export function vatPercentage(line: OrderLineRow, order: Pick<OrderRow, "chargeVatType">): number {
  const charged = order.chargeVatType === EXCLUSIVE || order.chargeVatType === INCLUSIVE;
  return charged ? (VAT_PERCENTAGES.get(line.vatCodeId) ?? 0) : 0;
}

function vatOf(line: OrderLineRow, order: OrderRow): Decimal {
  const base = times(lineAmount(line), complement(order.discountPercentage));
  const percentage = vatPercentage(line, order);
  const whole = order.chargeVatType === INCLUSIVE ? 100 + percentage : 100;
  return dividedBy(times(base, decimal(percentage)), decimal(whole), VAT_SCALE);
}

function complement(fraction: number): Decimal {
  return plus(ONE, negative(decimal(fraction)));
}

function negative(value: Decimal): Decimal {
  return { ...value, units: -value.units };
}

function decimal(value: number): Decimal {
  return decimalOf(value) ?? ZERO;
}

const ZERO: Decimal = { units: 0n, scale: 0 };
const ONE: Decimal = { units: 1n, scale: 0 };
const CENTS = 2;
const VAT_SCALE = 6;
const EXCLUSIVE = 0;
const INCLUSIVE = 1;
