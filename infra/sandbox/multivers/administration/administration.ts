import { join } from "node:path";
import { addressGuid } from "../demo/demo-customers.ts";
import { ADDRESS_TYPE, type AddressRow, BLANK_ADDRESS, fullAddress } from "../rows/address-row.ts";
import { BLANK_CUSTOMER, type CustomerRow } from "../rows/customer-row.ts";
import { dayAt, dutchDate, parseDutchDate } from "../rows/dutch-date.ts";
import type { NameValue } from "../rows/lookups.ts";
import type { OrderRow } from "../rows/order-row.ts";
import { BLANK_PRODUCT, type ProductRow } from "../rows/product-row.ts";
import { AdministrationState, type Mutation, type StoredOrder } from "./administration-state.ts";
import { type Journal, openJournal } from "./journal.ts";

/** How many customers and how many articles an administration begins with. */
type Size = "empty" | "small" | "normal" | "large" | number;

/** One administration and who may log in to it. */
export type AdministrationOptions = Readonly<{
  /** Its code, for instance `MVL00042`. */
  database: string;
  name: string;
  portalUser: string;
  portalPassword: string;
  /** Default `SYSTEEM`. */
  multiversUser?: string;
  /** Default empty. */
  multiversPassword?: string;
  size: Size;
}>;

/**
 * The data of one administration. It begins as the demo data of its size, which are the same at every start; what
 * happened since is in a journal and is applied again. Every change goes through a method here, so that none is lost.
 */
export class Administration {
  readonly options: AdministrationOptions;
  readonly #now: () => Date;
  readonly #journal: Journal<Mutation>;
  readonly #state: AdministrationState;

  constructor(options: AdministrationOptions, { dataDir, now }: { dataDir: string | null; now: () => Date }) {
    const count = typeof options.size === "number" ? options.size : COUNTS[options.size];
    const path = dataDir === null ? null : join(dataDir, `${options.database}.jsonl`);
    this.options = options;
    this.#now = now;
    this.#state = new AdministrationState(options.database, count);
    this.#journal = openJournal<Mutation>(path, (mutation) => this.#state.apply(mutation));
  }

  /** Its code, for instance `MVL00042`. */
  get database(): string {
    return this.options.database;
  }

  /** By customerId, in the order in which they were made. */
  get customers(): ReadonlyMap<string, CustomerRow> {
    return this.#state.customers.rows;
  }

  /** In the order of their ids. */
  get customersById(): readonly CustomerRow[] {
    return this.#state.customers.byId;
  }

  /** By productId, in the order in which they were made. */
  get products(): ReadonlyMap<string, ProductRow> {
    return this.#state.products.rows;
  }

  /** In the order of their ids. */
  get productsById(): readonly ProductRow[] {
    return this.#state.products.byId;
  }

  /** Article groups by id. */
  get productGroups(): ReadonlyMap<string, NameValue> {
    return this.#state.groups;
  }

  /** Orders, oldest first. */
  get orders(): readonly OrderRow[] {
    return [...this.#state.orders.values()].map((stored) => stored.order);
  }

  /** Orders by number, oldest first, with when they came and whether they were invoiced. */
  get storedOrders(): ReadonlyMap<string, StoredOrder> {
    return this.#state.orders;
  }

  /** The further addresses of an organisation: invoice, delivery, persons. */
  addresses(organizationId: number): readonly AddressRow[] {
    return this.#state.addresses.get(organizationId) ?? [];
  }

  /** The invoice address of an organisation, if it has one of its own. */
  invoiceAddress(organizationId: number): AddressRow | undefined {
    return this.addresses(organizationId).find((row) => row.addressType === ADDRESS_TYPE.invoice);
  }

  /** Adds a customer, or replaces the whole row. What is left out takes the API's default, the dates today. */
  putCustomer(row: Partial<CustomerRow> & Pick<CustomerRow, "customerId">): CustomerRow {
    const organizationId = row.organizationId ?? this.#state.nextOrganizationId();
    const today = this.#today();
    const whole: CustomerRow = {
      ...BLANK_CUSTOMER,
      organizationId,
      customerOrganizationId: organizationId,
      dateCreated: today,
      dateChanged: today,
      ...row,
    };
    this.#commit({ do: "customer", row: whole });
    return whole;
  }

  /** Changes some fields; `dateChanged` becomes today unless it is among them. Throws for an unknown customer. */
  patchCustomer(customerId: string, patch: Partial<CustomerRow>): CustomerRow {
    const row = { ...found(this.customers, customerId), dateChanged: this.#today(), ...patch, customerId };
    this.#commit({ do: "customer", row });
    return row;
  }

  /** Deletes a customer and its addresses; says whether there was one. */
  deleteCustomer(customerId: string): boolean {
    const row = this.customers.get(customerId);
    if (row === undefined) return false;
    this.#commit({ do: "addresses", organizationId: row.organizationId, rows: [] });
    this.#commit({ do: "customer-deleted", id: customerId });
    return true;
  }

  /** Adds an article, or replaces the whole row. What is left out takes the API's default, the dates today. */
  putProduct(row: Partial<ProductRow> & Pick<ProductRow, "productId">): ProductRow {
    const today = this.#today();
    const whole: ProductRow = { ...BLANK_PRODUCT, dateCreated: today, lastUpdate: today, ...row };
    this.#commit({ do: "product", row: whole });
    return whole;
  }

  /** Changes some fields; `lastUpdate` becomes today unless it is among them. Throws for an unknown article. */
  patchProduct(productId: string, patch: Partial<ProductRow>): ProductRow {
    const row = { ...found(this.products, productId), lastUpdate: this.#today(), ...patch, productId };
    this.#commit({ do: "product", row });
    return row;
  }

  /** Deletes an article; says whether there was one. */
  deleteProduct(productId: string): boolean {
    if (!this.products.has(productId)) return false;
    this.#commit({ do: "product-deleted", id: productId });
    return true;
  }

  /** Adds or changes the invoice address of an organisation. The customer's own dates stay as they are. */
  putInvoiceAddress(organizationId: number, address: Partial<AddressRow>): AddressRow {
    const others = this.addresses(organizationId).filter((row) => row.addressType !== ADDRESS_TYPE.invoice);
    const addressId = Math.max(0, ...others.map((row) => row.addressId)) + 1;
    const before = this.invoiceAddress(organizationId) ?? {
      ...BLANK_ADDRESS,
      addressId,
      addressGuid: addressGuid(organizationId, addressId),
    };
    const row = { ...before, ...address, organizationId, addressType: ADDRESS_TYPE.invoice };
    const whole = { ...row, fullAddress: fullAddress(row) };
    this.#commit({ do: "addresses", organizationId, rows: [...others, whole] });
    return whole;
  }

  /** Takes the invoice address away; says whether there was one. */
  deleteInvoiceAddress(organizationId: number): boolean {
    if (this.invoiceAddress(organizationId) === undefined) return false;
    const rows = this.addresses(organizationId).filter((row) => row.addressType !== ADDRESS_TYPE.invoice);
    this.#commit({ do: "addresses", organizationId, rows });
    return true;
  }

  /** Adds or renames an article group. */
  putProductGroup(row: NameValue): void {
    this.#commit({ do: "product-group", row });
  }

  /** Deletes an article group; says whether there was one. Its articles keep its id. */
  deleteProductGroup(id: string): boolean {
    if (!this.#state.groups.has(id)) return false;
    this.#commit({ do: "product-group-deleted", id });
    return true;
  }

  /** Stores a new order under the next number of its year (`yyyy` and at least 4 digits). */
  enterOrder(order: OrderRow): OrderRow {
    const { year } = parseDutchDate(order.orderDate) ?? dayAt(this.#now());
    const numbered = { ...order, orderId: this.#state.nextOrderId(String(year)) };
    this.#commit({
      do: "order",
      stored: { order: numbered, receivedAtMs: this.#now().getTime(), invoiceId: "" },
    });
    return numbered;
  }

  /** Turns an order into an invoice, as the office does: it is no longer open and can't be changed. */
  invoiceOrder(orderId: string): void {
    const stored = found(this.#state.orders, orderId);
    const order = { ...stored.order, canChange: false, cannotChangeReason: "De order is gefactureerd." };
    this.#commit({ do: "order", stored: { ...stored, order, invoiceId: `F${orderId}` } });
  }

  /** Deletes an order; its number is not given out again. Says whether there was one. */
  deleteOrder(orderId: string): boolean {
    if (!this.#state.orders.has(orderId)) return false;
    this.#commit({ do: "order-deleted", id: orderId });
    return true;
  }

  close(): void {
    this.#journal.close();
  }

  #commit(mutation: Mutation): void {
    this.#journal.append(mutation);
    this.#state.apply(mutation);
  }

  #today(): string {
    return dutchDate(dayAt(this.#now()));
  }
}

/** A row that a test or the office asked to change does not exist. */
export class UnknownRowError extends Error {
  override readonly name = "UnknownRowError";
  readonly code = "SANDBOX_UNKNOWN_ROW";
}

function found<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id);
  if (row === undefined) throw new UnknownRowError(`there is no row "${id}": add it first`);
  return row;
}

const COUNTS = { empty: 0, small: 40, normal: 1_200, large: 25_000 } as const;
