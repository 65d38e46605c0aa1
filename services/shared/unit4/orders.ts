import type { NoAccess, Outcome, Parked, Unit4Message, Unit4Tenant } from "./errors.ts";

/** A line of an order as Unit4 stored it. */
export type AnsweredLine = {
  readonly orderLineType: number;
  readonly productId: string;
  readonly description: string;
  /** Plain decimal text; null where Unit4 gives none. */
  readonly quantityOrdered: string | null;
};

/** An order as Unit4 answered it. */
export type AnsweredOrder = {
  readonly orderId: string;
  readonly customerId: string;
  readonly reference: string;
  /** null where the answer has no lines member: they were not shown, which says nothing of what is stored. */
  readonly orderLines: readonly AnsweredLine[] | null;
};

/** What came of posting an order once. Only `unknown` leaves open whether it was stored. */
export type PostOutcome =
  /** It stands in Unit4; `messages` are warnings and infos. */
  | {
      readonly kind: "written";
      readonly orderId: string;
      readonly order: AnsweredOrder;
      readonly messages: readonly Unit4Message[];
    }
  /** Unit4 refused this order; surely nothing was stored. `messages` may be empty: it does not always say why. */
  | { readonly kind: "refused"; readonly status: number; readonly messages: readonly Unit4Message[] }
  /** It may have been stored. `messages` is what a half answer said; empty where there was none. */
  | { readonly kind: "unknown"; readonly reason: string; readonly messages: readonly Unit4Message[] }
  /** Surely nothing was stored, and the order is not to blame: no connection, no token, an address that is not there. */
  | { readonly kind: "not-sent"; readonly reason: string }
  /** Surely nothing was stored. */
  | { readonly kind: "forbidden"; readonly status: 401 | 403 }
  | Parked
  | NoAccess;

/** An order in a list of a customer's orders. */
export type ListedOrder = {
  readonly orderId: string;
  readonly customerId: string;
  readonly reference: string;
};

export type OrderCalls = {
  /**
   * Posts an order once; it is repeated only after a 401, which stores nothing.
   * @param order body of POST Order, as JSON
   */
  postOrder(tenant: Unit4Tenant, order: object): Promise<PostOutcome>;
  /** The customer's orders, open ones and others, each once. Compare customer and reference with your own. */
  findOrdersOfCustomer(tenant: Unit4Tenant, customerId: string): Promise<Outcome<readonly ListedOrder[]>>;
};
