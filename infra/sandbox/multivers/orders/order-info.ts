import type { Administration } from "../administration/administration.ts";
import type { StoredOrder } from "../administration/administration-state.ts";
import { parseDutchDate } from "../rows/dutch-date.ts";
import type { OrderLineRow, OrderRow } from "../rows/order-row.ts";
import { vatPercentage } from "./order-totals.ts";

/** An order as `OrderInfo` and `OrderInfoList` show it. */
export type OrderInfoRow = ReturnType<typeof buildOrderInfo>;

const BUILT = new WeakMap<StoredOrder, OrderInfoRow>();

/** The read model of an order; built once per state of the order. */
export function orderInfo(
  stored: StoredOrder,
  administration: Pick<Administration, "customers">,
): OrderInfoRow {
  let row = BUILT.get(stored);
  if (row === undefined) {
    row = buildOrderInfo(stored, administration.customers.get(stored.order.customerId)?.name ?? "");
    BUILT.set(stored, row);
  }
  return row;
}

// The letters of orderType and stateId are an assumption: the API types both as text and no value was ever published.
function buildOrderInfo({ order, invoiceId }: StoredOrder, customerName: string) {
  const date = parseDutchDate(order.orderDate);
  return {
    orderId: order.orderId,
    mainOrderId: order.mainOrderId,
    orderType: ["F", "V", "S"][order.orderType] ?? "F",
    stateId: invoiceId === "" ? (["O", "I", "G"][order.orderState] ?? "I") : "F",
    customerId: order.customerId,
    customerIdForInvoice: order.customerId,
    customerName,
    reference: order.reference,
    orderDate: order.orderDate,
    fiscalYear: date?.year ?? null,
    periodNumber: date?.month ?? 0,
    invoiceId,
    invoiceDate: invoiceId === "" ? "" : order.orderDate,
    isApproved: order.approved,
    isBlocked: order.blocked,
    isBlockedByMargin: false,
    amountExclVat: amountExclVat(order),
    amountInclVat: order.totalOrderAmount,
    vatAmount: order.totalVatAmount,
    discountAmount: order.totalDiscountAmount,
    discountPercentage: order.discountPercentage,
    chargeVatType: order.chargeVatType,
    vatScenarioId: order.vatScenarioId,
    paymentConditionId: order.paymentConditionId,
    currencyId: order.currencyId,
    contactPerson: order.contactPerson,
    processedBy: order.processedBy,
    accountManager: order.accountManager,
    projectId: order.projectId,
    deliveryAddress: order.deliveryAddress,
    deliveryAddressId: null,
    invoiceAddress: order.invoiceAddress,
    goodsFlowId: null,
    printCounter: 0,
    kvcPaymentCondition: order.kvcPaymentCondition,
    orderVatLines: [],
    orderLines: order.orderLines.map((line) => lineInfo(line, order)),
  };
}

function lineInfo(line: OrderLineRow, order: OrderRow) {
  const { messages: _, canChange: __, cannotChangeReason: ___, customProperties: ____, ...fields } = line;
  const percentage = vatPercentage(line, order);
  const inclusive = order.chargeVatType === 1;
  const amount = line.orderLineAmount;
  return {
    ...fields,
    orderId: order.orderId,
    orderDate: order.orderDate,
    reference: order.reference,
    productDescription: line.description,
    vatPercentage: percentage,
    amountExclVat: cents(inclusive ? (amount * 100) / (100 + percentage) : amount),
    amountInclVat: cents(inclusive ? amount : (amount * (100 + percentage)) / 100),
    marginAmount: 0,
    weekNumber: 0,
  };
}

function amountExclVat(order: OrderRow): number {
  return cents(order.totalOrderAmount - order.totalVatAmount);
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
