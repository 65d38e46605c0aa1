import type { OrderLine, OrderRequested } from "../../../schemas/records.ts";

/** Body of POST Order: field names, types and enums of the Multivers Web API, camelCase. */
export type Unit4Order = {
  readonly orderType: 0;
  readonly customerId: string;
  readonly orderDate: string;
  readonly reference: string;
  readonly paymentConditionId: string;
  readonly vatScenarioId?: number;
  readonly chargeVatType: number;
  readonly approved: false;
  readonly blocked: false;
  readonly orderLines: readonly Unit4OrderLine[];
  readonly customProperties?: Readonly<Record<string, string>>;
};

type Unit4OrderLine = {
  readonly orderLineType: number;
  readonly productId?: string;
  readonly description?: string;
  readonly quantityOrdered?: number;
  readonly quantityDelivered?: number;
  readonly quantityToDeliver?: number;
  readonly quantityBackorder?: number;
  readonly autoCalculatePrice?: boolean;
  readonly deliveryDate: string;
};

const INVOICE_ORDER = 0;
const TEXT_LINE = 3;
const NON_STOCK_LINE = 0;

/** Unit4 numbers the same kinds differently on a product and on an order line: productType → orderLineType. */
const LINE_TYPE_OF_PRODUCT: Readonly<Record<number, number>> = { 0: 0, 1: 3, 2: 4, 3: 2, 4: 4 };

/** Customer.chargeVatTypeId → Order.chargeVatType: no VAT → no VAT, VAT → exclusive, subcontractor → subcontractor. */
const ORDER_VAT_OF_CUSTOMER: Readonly<Record<number, number>> = { 0: 3, 1: 0, 2: 2 };

/**
 * The order for Unit4: of type factuuropdracht, unapproved and not blocked so that the office can edit it (rule W11),
 * priced by Unit4, delivered in full. Facts of the API: Multivers Web API V22, Order and OrderLine.
 */
export function unit4OrderFrom(request: OrderRequested): Unit4Order {
  const date = dutchDate(request.orderDate);
  return {
    orderType: INVOICE_ORDER,
    customerId: request.customerId,
    orderDate: date,
    reference: request.reference,
    paymentConditionId: request.paymentConditionId,
    ...(request.vatScenarioId === null ? {} : { vatScenarioId: request.vatScenarioId }),
    chargeVatType: ORDER_VAT_OF_CUSTOMER[request.chargeVatTypeId] ?? 0,
    approved: false,
    blocked: false,
    orderLines: request.lines.map((line) => orderLine(line, date)),
    ...(request.memoField === null ? {} : { customProperties: { [request.memoField]: request.remarks } }),
  };
}

function orderLine(line: OrderLine, deliveryDate: string): Unit4OrderLine {
  if (line.kind === "text") return { orderLineType: TEXT_LINE, description: line.text, deliveryDate };
  const quantity = Number(line.quantity);
  return {
    orderLineType: LINE_TYPE_OF_PRODUCT[line.articleType ?? NON_STOCK_LINE] ?? NON_STOCK_LINE,
    productId: line.articleId,
    quantityOrdered: quantity,
    quantityDelivered: quantity,
    quantityToDeliver: 0,
    quantityBackorder: 0,
    autoCalculatePrice: true,
    deliveryDate,
  };
}

/** yyyy-MM-dd → dd-MM-yyyy, as the API takes dates. */
function dutchDate(iso: string): string {
  const [year, month, day] = iso.split("-");
  return `${day}-${month}-${year}`;
}
