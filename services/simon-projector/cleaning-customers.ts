import type { Connection } from "../shared/postgres.ts";
import type { CleanedTable, Page } from "./cleaning-table.ts";
import type { Candidate } from "./domain/cleaning.ts";

/** Customers as the cleaning sees them. */
export const CLEANED_CUSTOMERS: CleanedTable = {
  entity: "customer",
  candidates: customersToClean,
  remove: async (tx, tenantId, customerIds) => {
    await removeWorkAddresses(tx, tenantId, customerIds);
    await deleteCustomersAddedByHand(tx, tenantId, customerIds);
    await markCustomersRemoved(tx, tenantId, customerIds);
  },
  keep: keepCustomers,
};

async function customersToClean(
  tx: Connection,
  { tenantId, afterId, limit }: Page,
): Promise<readonly Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `with uses as materialized (
       select customer_id, array_agg(number order by number) as workorders
       from simon.workorders where tenant_id = $1 and status <> 'archived' group by customer_id)
     select customer_id as "entityId", name, epoch, revision,
       (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs", kept_since is not null as "isKept",
       coalesce(workorders, '{}') as workorders
     from simon.customers left join uses using (customer_id)
     where tenant_id = $1 and customer_id > $2
       and (state in ('inactive', 'gone') or (origin = 'simon' and state <> 'removed'))
     order by customer_id
     limit $3`,
    [tenantId, afterId, limit],
  );
  return rows;
}

async function removeWorkAddresses(
  tx: Connection,
  tenantId: string,
  customerIds: readonly string[],
): Promise<void> {
  await tx.query("delete from simon.work_addresses where tenant_id = $1 and customer_id = any($2)", [
    tenantId,
    customerIds,
  ]);
}

/** No event can bring these back, so nothing has to be kept of them. */
async function deleteCustomersAddedByHand(
  tx: Connection,
  tenantId: string,
  customerIds: readonly string[],
): Promise<void> {
  await tx.query(
    "delete from simon.customers where tenant_id = $1 and customer_id = any($2) and origin = 'simon'",
    [tenantId, customerIds],
  );
}

/** The version stays, so that a replay does not bring the row back; what is about a person goes. */
async function markCustomersRemoved(
  tx: Connection,
  tenantId: string,
  customerIds: readonly string[],
): Promise<void> {
  await tx.query(
    `update simon.customers set
       state = 'removed', kept_since = null, warned = false, updated_at = now(), organization_id = 0, name = '',
       short_name = '', contact_person = '', street1 = '', street2 = '', zip_code = '', city = '', country_id = '',
       telephone = '', mobile_phone = '', email = '', invoice_address = null
     where tenant_id = $1 and customer_id = any($2)`,
    [tenantId, customerIds],
  );
}

async function keepCustomers(
  tx: Connection,
  tenantId: string,
  customerIds: readonly string[],
): Promise<void> {
  await tx.query(
    "update simon.customers set kept_since = now() where tenant_id = $1 and customer_id = any($2)",
    [tenantId, customerIds],
  );
}
