import type { Connection } from "../shared/postgres.ts";
import { cleanedTable } from "./cleaning-table.ts";
import { SIMON_CUSTOMERS } from "./simon-customers.ts";

/** Customers as the cleaning sees them: their work addresses go with them, and so does what is about a person. */
export const CLEANED_CUSTOMERS = cleanedTable(SIMON_CUSTOMERS, {
  uses: `select customer_id, array_agg(number order by number) as workorders
    from simon.workorders where tenant_id = $1 and status <> 'archived' group by customer_id`,
  livesOn: `(select jsonb_build_object('addresses', own.addresses, 'successors', lives.successors)
    from (select jsonb_agg(concat_ws(', ', nullif(name, ''), nullif(street, ''), nullif(city, '')) order by work_address_id) as addresses
        from simon.work_addresses
        where tenant_id = customers.tenant_id and customer_id = customers.customer_id) own,
      (select jsonb_agg(jsonb_build_object('id', customer_id, 'name', name) order by customer_id) as successors
        from simon.customers same
        where tenant_id = customers.tenant_id and organization_id = customers.organization_id and organization_id <> 0
          and state = 'active') lives
    where own.addresses is not null and lives.successors is not null)`,
  cleared: `, organization_id = 0, name = '', short_name = '', contact_person = '', street1 = '', street2 = '',
    zip_code = '', city = '', country_id = '', telephone = '', mobile_phone = '', email = '', invoice_address = null`,
  removeBeside: removeWorkAddresses,
});

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
