import type { Administration } from "../administration/administration.ts";
import type { OrderPolicy } from "../rows/order-policy.ts";
import type { OrderRow } from "../rows/order-row.ts";
import type { Answer } from "./answer.ts";

/** A request for a resource of one administration, after login and routing. */
export type ResourceRequest = Readonly<{
  administration: Administration;
  method: string;
  /** What stands behind the name of the resource: ids and variants, decoded. */
  rest: readonly string[];
  query: URLSearchParams;
  /** The text of the body. */
  body: string;
  policy: OrderPolicy;
  maximumPageSize: number | null;
  /** Orders that came in after this instant (milliseconds since 1970) are in no list yet. */
  ordersListedUntilMs: number;
  /** Is told of an order right after it was stored. */
  onOrderStored: (order: OrderRow) => void;
}>;

/** Answers requests for one resource; `null` when there is no such address below it. */
export type Resource = (request: ResourceRequest) => Answer | null;
