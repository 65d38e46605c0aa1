import type { Administration } from "../administration/administration.ts";
import type { ReadObject } from "../request/request-model.ts";
import { dutchDate, parseDutchDate } from "../rows/dutch-date.ts";
import { LINE_TYPE, type OrderLineRow, type OrderRow } from "../rows/order-row.ts";
import type { ProductRow } from "../rows/product-row.ts";

/** An order line with everything that Multivers fills in: number, texts, price, VAT code, delivered quantity, date. */
export function completeLine(
  { value: line, given }: ReadObject<OrderLineRow>,
  { index, order, administration }: { index: number; order: OrderRow; administration: Administration },
): OrderLineRow {
  const numbered = { ...line, orderLineId: index + 1, deliveryDate: deliveryDate(line, order) };
  if (line.orderLineType === LINE_TYPE.text) return { ...numbered, ...NOTHING_ORDERED };
  const product = administration.products.get(line.productId);
  const delivered = given.has("quantityDelivered") || order.orderType !== INVOICE_ORDER;
  return {
    ...numbered,
    ...(delivered ? {} : { quantityDelivered: line.quantityOrdered }),
    ...(product === undefined ? {} : fromProduct(line, { product, given, order })),
  };
}

const INVOICE_ORDER = 0;
const VAT_INCLUDED = 1;

const NOTHING_ORDERED = {
  quantityOrdered: 0,
  quantityDelivered: 0,
  quantityToDeliver: 0,
  quantityBackorder: 0,
  autoCalculatePrice: false,
  price: 0,
  discount: 0,
};

function deliveryDate(line: OrderLineRow, order: OrderRow): string {
  const date = parseDutchDate(line.deliveryDate) ?? parseDutchDate(order.orderDate);
  return date === null ? "" : dutchDate(date);
}

function fromProduct(
  line: OrderLineRow,
  { product, given, order }: { product: ProductRow; given: ReadonlySet<string>; order: OrderRow },
): Partial<OrderLineRow> {
  const priced = given.has("price") && !line.autoCalculatePrice;
  const listPrice = order.chargeVatType === VAT_INCLUDED ? product.priceInclVat : product.priceExclVat;
  return {
    description: line.description || product.description,
    unit: line.unit || product.unit,
    quantityScale: product.quantityScale,
    price: priced ? line.price : listPrice,
    pricePer: priced && line.pricePer > 0 ? line.pricePer : product.pricePer,
    vatCodeId: given.has("vatCodeId") ? line.vatCodeId : product.vatCodeId,
    accountId: line.accountId || product.accountId,
    discountAccountId: line.discountAccountId || product.discountAccountId,
  };
}
