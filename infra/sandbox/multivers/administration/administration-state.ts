import { demoAddresses, demoCustomers } from "../demo/demo-customers.ts";
import { demoProducts } from "../demo/demo-products.ts";
import type { AddressRow } from "../rows/address-row.ts";
import type { CustomerRow } from "../rows/customer-row.ts";
import { DEMO_PRODUCT_GROUPS, type NameValue } from "../rows/lookups.ts";
import type { OrderRow } from "../rows/order-row.ts";
import type { ProductRow } from "../rows/product-row.ts";
import { Table } from "../rows/table.ts";

/** An order as it stands in the administration; `receivedAtMs` is since 1970, `invoiceId` is `""` until it is invoiced. */
export type StoredOrder = Readonly<{ order: OrderRow; receivedAtMs: number; invoiceId: string }>;

/** One change of an administration, whole enough to be applied again. */
export type Mutation =
  | Readonly<{ do: "customer"; row: CustomerRow }>
  | Readonly<{ do: "customer-deleted"; id: string }>
  | Readonly<{ do: "product"; row: ProductRow }>
  | Readonly<{ do: "product-deleted"; id: string }>
  | Readonly<{ do: "addresses"; organizationId: number; rows: readonly AddressRow[] }>
  | Readonly<{ do: "product-group"; row: NameValue }>
  | Readonly<{ do: "product-group-deleted"; id: string }>
  | Readonly<{ do: "order"; stored: StoredOrder }>
  | Readonly<{ do: "order-deleted"; id: string }>;

/** The rows of an administration: the demo data, which are the same at every start, and the changes applied to them. */
export class AdministrationState {
  readonly customers: Table<CustomerRow>;
  readonly products: Table<ProductRow>;
  readonly addresses = new Map<number, readonly AddressRow[]>();
  readonly groups = new Map(DEMO_PRODUCT_GROUPS.map((group) => [group.name, group]));
  readonly orders = new Map<string, StoredOrder>();
  readonly #lastNumbers = new Map<string, number>();
  #lastOrganizationId = 56;

  /** Makes the demo data: `count` customers and as many articles. */
  constructor(database: string, count: number) {
    this.customers = new Table((row) => row.customerId, demoCustomers(database, count));
    this.products = new Table((row) => row.productId, demoProducts(database, count));
    for (const customer of this.customers.byId) {
      this.addresses.set(customer.organizationId, demoAddresses(database, customer));
      this.#sawOrganization(customer);
    }
  }

  nextOrganizationId(): number {
    return this.#lastOrganizationId + 1;
  }

  /** The next order number of a year: `yyyy` and at least 4 digits. Numbers of deleted orders do not come back. */
  nextOrderId(year: string): string {
    return `${year}${String((this.#lastNumbers.get(year) ?? 0) + 1).padStart(4, "0")}`;
  }

  apply(mutation: Mutation): void {
    switch (mutation.do) {
      case "customer":
        this.#sawOrganization(mutation.row);
        this.customers.put(mutation.row);
        break;
      case "customer-deleted":
        this.customers.delete(mutation.id);
        break;
      case "product":
        this.products.put(mutation.row);
        break;
      case "product-deleted":
        this.products.delete(mutation.id);
        break;
      case "addresses":
        this.addresses.set(mutation.organizationId, mutation.rows);
        break;
      case "product-group":
        this.groups.set(mutation.row.name, mutation.row);
        break;
      case "product-group-deleted":
        this.groups.delete(mutation.id);
        break;
      case "order":
        this.#sawOrder(mutation.stored.order);
        this.orders.set(mutation.stored.order.orderId, mutation.stored);
        break;
      case "order-deleted":
        this.orders.delete(mutation.id);
        break;
    }
  }

  #sawOrganization({ organizationId }: CustomerRow): void {
    this.#lastOrganizationId = Math.max(this.#lastOrganizationId, organizationId);
  }

  #sawOrder({ orderId }: OrderRow): void {
    const [year, number] = [orderId.slice(0, 4), Number(orderId.slice(4))];
    this.#lastNumbers.set(year, Math.max(this.#lastNumbers.get(year) ?? 0, number));
  }
}
