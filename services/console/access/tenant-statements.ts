import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "./visit.ts";

/** Statements of a tenant, each in a transaction of its own: for an act that waits for Kafka between them. */
export function statementsOf({ inTenant }: TenantVisit): Queryable {
  const query = (text: string, values?: unknown[]) => inTenant((tx) => tx.query(text, values));
  return { query } as Queryable;
}
