/** A line of an order, as `Order` shows it. Quantities and amounts are numbers in the units of the article and in euros. */
export type OrderLineRow = Readonly<typeof BLANK_LINE>;

/** An order, as `Order` shows it. */
export type OrderRow = Readonly<
  Omit<typeof BLANK, "orderLines" | "messages" | "customProperties"> & {
    orderLines: readonly OrderLineRow[];
    messages: readonly Message[];
    customProperties: Readonly<Record<string, unknown>>;
  }
>;

/** A remark of the API about what was sent. `path` is `/`, `/name`, `/orderLines/0/name`. */
export type Message = Readonly<{ message: string; messageType: "Error" | "Warning" | "Info"; path: string }>;

const BLANK_LINE = {
  orderLineId: 0,
  orderLineType: 0,
  productId: "",
  description: "",
  quantityOrdered: 0,
  quantityDelivered: 0,
  quantityToDeliver: 0,
  quantityBackorder: 0,
  quantityScale: 0,
  autoCalculatePrice: false,
  price: 0,
  pricePer: 1,
  discount: 0,
  orderLineAmount: 0,
  unit: "",
  vatCodeId: 0,
  deliveryDate: "",
  accountId: "",
  discountAccountId: "",
  costCentreId: "",
  costUnitId: "",
  warehouseId: "",
  pickListText: false,
  matchedToPurchase: false,
  autoUnmatchToPurchase: false,
  customProperties: {},
  messages: [],
  canChange: true,
  cannotChangeReason: "",
};

const BLANK = {
  orderId: "",
  orderType: 0,
  orderState: 1,
  customerId: "",
  orderDate: "",
  reference: "",
  paymentConditionId: "",
  vatScenarioId: 0,
  chargeVatType: 0,
  approved: false,
  approvedBy: "",
  blocked: false,
  deliveryAddress: "",
  invoiceAddress: "",
  contactPerson: "",
  contactPersonId: "",
  processedBy: "",
  processedById: "",
  accountManager: "",
  accountManagerId: "",
  currencyId: "",
  deliveryConditionId: "",
  collectiveInvoiceSystemId: "",
  costCentreId: "",
  costUnitId: "",
  mandateId: "",
  discountPercentage: 0,
  creditSqueezePerc: 0,
  orderSurcharge: 0,
  orderSurchargeVatCodeId: 0,
  applyOrderSurcharge: false,
  mainOrderId: "",
  projectId: "",
  customerCountryId: "",
  autoUnmatchToPurchase: false,
  matchedToPurchase: false,
  totalGoodsAmount: 0,
  totalDiscountAmount: 0,
  totalCreditSqueezeAmount: 0,
  totalVatAmount: 0,
  totalOrderAmount: 0,
  kvcPaymentCondition: false,
  paymentDiscountPercentage: 0,
  orderLines: [],
  customProperties: {},
  messages: [],
  canChange: true,
  cannotChangeReason: "",
};

/** An order with the defaults of the API: a factuuropdracht, unapproved, not blocked, without lines. */
export const BLANK_ORDER: OrderRow = BLANK;

/** An order line with the defaults of the API. */
export const BLANK_ORDER_LINE: OrderLineRow = BLANK_LINE;

/** `orderLineType`; these numbers differ from those of `productType`. */
export const LINE_TYPE = {
  nonStock: 0,
  amount: 1,
  constellation: 2,
  text: 3,
  stock: 4,
  hours: 5,
  orderCosts: 6,
} as const;
