import type { Queryable } from "../../shared/postgres.ts";
import type { Entity } from "../domain/entity.ts";
import type { StandingRow } from "./domain/list-drift.ts";

/** Simon's rows of a tenant that came from Unit4, by id and state, whatever activation they came with. */
export async function standingRows(
  db: Queryable,
  tenantId: string,
  entity: Entity,
): Promise<readonly StandingRow[]> {
  const { rows } = await db.query<StandingRow>(entity === "customer" ? CUSTOMERS : ARTICLES, [tenantId]);
  return rows;
}

const CUSTOMERS = `select customer_id as id, state from simon.customers where tenant_id = $1 and origin = 'unit4'`;
const ARTICLES = `select article_id as id, state from simon.articles where tenant_id = $1 and origin = 'unit4'`;
