import type { Administration } from "../administration/administration.ts";
import { decimalOf } from "../rows/decimal.ts";
import { parseDutchDate } from "../rows/dutch-date.ts";
import { NAME_VALUE_LISTS } from "../rows/lookups.ts";
import type { OrderPolicy } from "../rows/order-policy.ts";
import { LINE_TYPE, type Message, type OrderLineRow, type OrderRow } from "../rows/order-row.ts";
import { PRODUCT_STATE, PRODUCT_TYPE, type ProductRow } from "../rows/product-row.ts";

/** What is wrong, or worth a warning, in the header of an order. */
export function orderMessages(
  order: OrderRow,
  administration: Administration,
  policy: OrderPolicy,
): Message[] {
  const customer = administration.customers.get(order.customerId);
  const passive = customer?.customerStateId === "P";
  return [
    ...required(order, ["customerId", "orderDate", "paymentConditionId"]),
    ...lengths(order, HEADER_LENGTHS, ""),
    ...when(
      order.customerId !== "" && customer === undefined,
      `Debiteur ${order.customerId} bestaat niet.`,
      "/customerId",
    ),
    ...passiveMessages(passive, {
      text: `Debiteur ${order.customerId} is passief.`,
      path: "/customerId",
      policy,
    }),
    ...dates(order.orderDate, "orderDate", ""),
    ...when(
      order.paymentConditionId !== "" && !listed("paymentconditionnvl", order.paymentConditionId),
      `Betalingsconditie ${order.paymentConditionId} bestaat niet.`,
      "/paymentConditionId",
    ),
    ...vatScenario(order, policy),
    ...outside(order.orderType, { from: 0, to: 2, name: "orderType", at: "" }),
    ...outside(order.chargeVatType, { from: 0, to: 3, name: "chargeVatType", at: "" }),
    ...outside(order.discountPercentage, { from: 0, to: 1, name: "discountPercentage", at: "" }),
  ];
}

/** What is wrong, or worth a warning, in line `index` of an order. */
export function lineMessages(
  line: OrderLineRow,
  { index, administration, policy }: { index: number; administration: Administration; policy: OrderPolicy },
): Message[] {
  const at = `/orderLines/${index}`;
  const product = administration.products.get(line.productId);
  const passive = product?.productState === PRODUCT_STATE.passive;
  const productPath = `${at}/productId`;
  return [
    ...lengths(line, LINE_LENGTHS, at),
    ...outside(line.orderLineType, { from: 0, to: 6, name: "orderLineType", at }),
    ...outside(line.discount, { from: 0, to: 1, name: "discount", at }),
    ...dates(line.deliveryDate, "deliveryDate", at),
    ...when(
      line.productId !== "" && product === undefined,
      `Artikel ${line.productId} bestaat niet.`,
      productPath,
    ),
    ...when(line.productId === "" && needsProduct(line), "ProductId is verplicht.", productPath),
    ...passiveMessages(passive, { text: `Artikel ${line.productId} is passief.`, path: productPath, policy }),
    ...(product === undefined ? [] : lineTypeMessages(line, product, at)),
    ...decimals(line, product?.quantityScale ?? 2, at),
  ];
}

function needsProduct({ orderLineType }: OrderLineRow): boolean {
  return ![LINE_TYPE.text, LINE_TYPE.amount, LINE_TYPE.orderCosts].some((type) => type === orderLineType);
}

function lineTypeMessages(line: OrderLineRow, product: ProductRow, at: string): Message[] {
  const right = LINE_TYPES.get(product.productType) ?? [];
  const hours = line.orderLineType === LINE_TYPE.hours && product.projectEntryType === "Hours";
  const wrong = !hours && !right.includes(line.orderLineType);
  return when(
    wrong,
    `Regeltype ${line.orderLineType} past niet bij artikel ${line.productId}.`,
    `${at}/orderLineType`,
  );
}

function decimals(line: OrderLineRow, scale: number, at: string): Message[] {
  return QUANTITIES.flatMap((name) =>
    when(
      (decimalOf(line[name])?.scale ?? 0) > scale,
      `${dotNetName(name)} mag maximaal ${scale} decimalen bevatten.`,
      `${at}/${name}`,
    ),
  );
}

function vatScenario(order: OrderRow, policy: OrderPolicy): Message[] {
  const missing = order.vatScenarioId === 0;
  const path = "/vatScenarioId";
  if (missing) return when(policy.requireVatScenario, "VatScenarioId is verplicht.", path);
  const known = listed("salesvatscenarionvl", String(order.vatScenarioId));
  return when(!known, `Btw-scenario ${order.vatScenarioId} bestaat niet.`, path);
}

function passiveMessages(
  passive: boolean,
  { text, path, policy }: { text: string; path: string; policy: OrderPolicy },
): Message[] {
  if (!passive || policy.passive === "silent") return [];
  return [{ message: text, messageType: policy.passive === "error" ? "Error" : "Warning", path }];
}

function required(
  order: OrderRow,
  names: readonly ("customerId" | "orderDate" | "paymentConditionId")[],
): Message[] {
  return names.flatMap((name) =>
    when(order[name].trim() === "", `${dotNetName(name)} is verplicht.`, `/${name}`),
  );
}

function lengths(row: object, maxima: Readonly<Record<string, number>>, at: string): Message[] {
  return Object.entries(maxima).flatMap(([name, maximum]) =>
    when(
      String(Reflect.get(row, name)).length > maximum,
      `${dotNetName(name)} mag maximaal ${maximum} tekens bevatten.`,
      `${at}/${name}`,
    ),
  );
}

function dates(text: string, name: string, at: string): Message[] {
  const wrong = text.trim() !== "" && parseDutchDate(text) === null;
  return when(wrong, `${dotNetName(name)} is geen geldige datum.`, `${at}/${name}`);
}

function outside(
  value: number,
  { from, to, name, at }: { from: number; to: number; name: string; at: string },
): Message[] {
  return when(value < from || value > to, `${dotNetName(name)} is ongeldig.`, `${at}/${name}`);
}

function when(wrong: boolean, message: string, path: string): Message[] {
  return wrong ? [{ message, messageType: "Error", path }] : [];
}

function listed(list: string, code: string): boolean {
  return NAME_VALUE_LISTS[list]?.some((row) => row.name === code) ?? false;
}

function dotNetName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

// The two enumerations number the same things differently.
const LINE_TYPES: ReadonlyMap<number, readonly number[]> = new Map([
  [PRODUCT_TYPE.nonStock, [LINE_TYPE.nonStock]],
  [PRODUCT_TYPE.text, [LINE_TYPE.text]],
  [PRODUCT_TYPE.stock, [LINE_TYPE.stock]],
  [PRODUCT_TYPE.constellation, [LINE_TYPE.constellation]],
  [PRODUCT_TYPE.assembly, [LINE_TYPE.stock]],
]);

const QUANTITIES = [
  "quantityOrdered",
  "quantityDelivered",
  "quantityToDeliver",
  "quantityBackorder",
] as const;

const HEADER_LENGTHS = {
  customerId: 8,
  paymentConditionId: 3,
  reference: 60,
  deliveryAddress: 254,
  invoiceAddress: 254,
  approvedBy: 8,
  processedById: 8,
  accountManagerId: 8,
  currencyId: 3,
  deliveryConditionId: 3,
  collectiveInvoiceSystemId: 3,
  costCentreId: 8,
  costUnitId: 8,
  mandateId: 12,
};

const LINE_LENGTHS = {
  productId: 14,
  description: 254,
  unit: 6,
  accountId: 8,
  discountAccountId: 8,
  costCentreId: 8,
  costUnitId: 8,
};
