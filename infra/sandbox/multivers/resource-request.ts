import type { Administration } from "./administration.ts";
import type { Answer } from "./answer.ts";
import type { OrderPolicy } from "./order-policy.ts";

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
}>;

/** Answers requests for one resource; `null` when there is no such address below it. */
export type Resource = (request: ResourceRequest) => Answer | null;
