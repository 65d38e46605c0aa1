import type {
  Article,
  ArticleChanged,
  Customer,
  CustomerChanged,
  OrderRequested,
  WorkorderArchived,
} from "../../schemas/records.ts";

/** A customer change that makes sense; `overrides` go to the head or, where they are the customer's, to the customer. */
export function customerChanged(
  tenantId: string,
  customerId: string,
  overrides: Partial<Omit<CustomerChanged, "customer">> & Partial<Customer>,
): CustomerChanged {
  const customer: Customer = {
    customerId,
    organizationId: 57,
    name: `Klant ${customerId}`,
    shortName: "KLANT",
    contactPerson: "",
    street1: "Kade 12",
    street2: "",
    zipCode: "9711 AA",
    city: "GRONINGEN",
    countryId: "",
    telephone: "",
    mobilePhone: "",
    email: "",
    paymentConditionId: "14",
    vatScenarioId: 6,
    chargeVatTypeId: 1,
  };
  const head: CustomerChanged = {
    tenantId,
    epoch: 1,
    revision: 1,
    change: "present",
    observedAt: 1_795_000_000_000,
    changedOn: "2026-11-20",
    stateCode: "A",
    customerId,
    customer: pickOver(customer, overrides),
    invoiceAddressKnown: false,
    invoiceAddress: null,
  };
  return pickOver(head, overrides);
}

/** An article change that makes sense; `overrides` as above. */
export function articleChanged(
  tenantId: string,
  articleId: string,
  overrides: Partial<Omit<ArticleChanged, "article">> & Partial<Article>,
): ArticleChanged {
  const article: Article = {
    articleId,
    description: `Artikel ${articleId}`,
    shortName: "ART",
    groupId: "10",
    type: 0,
    unit: "stuk",
    quantityScale: 2,
    priceExclVat: "12.5",
    priceInclVat: "15.13",
    vatCodeId: 1,
    eanCode: "",
  };
  const head: ArticleChanged = {
    tenantId,
    epoch: 1,
    revision: 1,
    change: "present",
    observedAt: 1_795_000_000_000,
    changedOn: null,
    stateCode: "0",
    articleId,
    article: pickOver(article, overrides),
  };
  return pickOver(head, overrides);
}

/** An archived workorder that makes sense. */
export function workorderArchived(
  tenantId: string,
  workorderId: string,
  overrides: Partial<WorkorderArchived>,
): WorkorderArchived {
  return {
    tenantId,
    workorderId,
    workorderNumber: `WB-2026-${workorderId}`,
    customerId: "10001",
    workAddress: null,
    description: "Ketel nagekeken",
    reportedReady: true,
    travelMinutes: 15,
    workMinutes: 120,
    materials: [],
    archivedAt: Date.now(),
    archivedBy: "kantoor",
    retry: null,
    ...overrides,
  };
}

/** An order request that makes sense. */
export function orderRequested(
  tenantId: string,
  workorderId: string,
  overrides: Partial<OrderRequested>,
): OrderRequested {
  return {
    tenantId,
    epoch: 1,
    workorderId,
    workorderNumber: `WB-2026-${workorderId}`,
    reference: `WB-2026-${workorderId}`,
    customerId: "10001",
    customerName: "Hotel De Linde",
    paymentConditionId: "14",
    vatScenarioId: 6,
    chargeVatTypeId: 1,
    orderDate: "2026-11-25",
    lines: [{ kind: "article", articleId: "2001", articleType: 0, quantity: "2", text: "" }],
    remarks: "",
    memoField: null,
    settingsVersion: 1,
    archivedAt: Date.now(),
    requestedAt: Date.now(),
    retry: null,
    noOrderCode: null,
    sequence: 1,
    administration: "",
    lookFirst: false,
    ...overrides,
  };
}

/** `base` with those overrides that are members of it. */
function pickOver<T extends object>(base: T, overrides: object): T {
  const own = Object.entries(overrides).filter(([name]) => name in base);
  return { ...base, ...Object.fromEntries(own) };
}
