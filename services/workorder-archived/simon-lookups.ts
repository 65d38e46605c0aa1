import type { WorkorderArchived } from "../../schemas/records.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import type { Queryable } from "../shared/postgres.ts";
import type { SimonArticle, SimonCustomer } from "./domain/simon-row.ts";

/** Simon's rows by `tenantId/id`. */
export type SimonRows = {
  readonly customers: ReadonlyMap<string, SimonCustomer>;
  readonly articles: ReadonlyMap<string, SimonArticle>;
};

/** The customers and articles that these workorders name, with one statement each. */
export async function findSimonRows(
  db: Queryable,
  workorders: readonly WorkorderArchived[],
): Promise<SimonRows> {
  const customers = wantedRows(workorders, ({ customerId }) => (customerId === null ? [] : [customerId]));
  const articles = wantedRows(workorders, ({ materials }) => materials.map(({ articleId }) => articleId));
  return { customers: await findCustomers(db, customers), articles: await findArticles(db, articles) };
}

type Wanted = { readonly tenantIds: readonly string[]; readonly ids: readonly string[] };

/** Each pair once. An id with a NUL character is in no table, and Postgres refuses to look for it. */
function wantedRows(
  workorders: readonly WorkorderArchived[],
  idsOf: (workorder: WorkorderArchived) => readonly string[],
): Wanted {
  const pairs = new Map<string, readonly [string, string]>();
  for (const workorder of workorders)
    for (const id of idsOf(workorder))
      if (!id.includes("\0")) pairs.set(recordKey(workorder.tenantId, id), [workorder.tenantId, id]);
  return {
    tenantIds: [...pairs.values()].map(([tenantId]) => tenantId),
    ids: [...pairs.values()].map(([, id]) => id),
  };
}

type OfTenant<Row> = Row & { readonly tenantId: string };

async function findCustomers(db: Queryable, { tenantIds, ids }: Wanted): Promise<SimonRows["customers"]> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<OfTenant<SimonCustomer>>(
    `select tenant_id as "tenantId", customer_id as "customerId", name, state, origin,
            payment_condition_id as "paymentConditionId", vat_scenario_id as "vatScenarioId",
            charge_vat_type_id as "chargeVatTypeId",
            coalesce((select jsonb_agg(jsonb_build_object('id', lives.customer_id, 'name', lives.name) order by lives.customer_id)
              from simon.customers lives
              where customers.state = 'gone' and lives.tenant_id = customers.tenant_id and lives.state = 'active'
                and lives.organization_id = customers.organization_id and lives.organization_id <> 0), '[]') as successors
     from simon.customers
     join unnest($1::text[], $2::text[]) as wanted (tenant_id, customer_id) using (tenant_id, customer_id)`,
    [tenantIds, ids],
  );
  return new Map(rows.map((row) => [recordKey(row.tenantId, row.customerId), row]));
}

async function findArticles(db: Queryable, { tenantIds, ids }: Wanted): Promise<SimonRows["articles"]> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<OfTenant<SimonArticle>>(
    `select tenant_id as "tenantId", article_id as "articleId", description, state, origin, type,
            quantity_scale as "quantityScale"
     from simon.articles
     join unnest($1::text[], $2::text[]) as wanted (tenant_id, article_id) using (tenant_id, article_id)`,
    [tenantIds, ids],
  );
  return new Map(rows.map((row) => [recordKey(row.tenantId, row.articleId), row]));
}
