import type { Queryable } from "../../shared/postgres.ts";

/** A customer that is gone or inactive in Unit4 while its organisation lives on under other numbers (case O43). */
export type RenumberedCustomer = {
  readonly customerId: string;
  readonly name: string;
  /** Its work addresses that were made in Simon. */
  readonly addresses: readonly string[];
  /** Active customers of the same organisation. */
  readonly successors: readonly { readonly id: string; readonly name: string }[];
};

const MOST_SHOWN = 200;

/** Those of a tenant that still have work addresses made in Simon, by number. */
export async function renumberedCustomers(
  db: Queryable,
  tenantId: string,
): Promise<readonly RenumberedCustomer[]> {
  const { rows } = await db.query<RenumberedCustomer>(
    `select was.customer_id as "customerId", was.name, own.addresses, lives.successors
     from simon.customers was
     cross join lateral (
       select array_agg(concat_ws(', ', nullif(name, ''), nullif(street, ''), nullif(city, '')) order by work_address_id) as addresses
       from simon.work_addresses where tenant_id = was.tenant_id and customer_id = was.customer_id) own
     cross join lateral (
       select jsonb_agg(jsonb_build_object('id', customer_id, 'name', name) order by customer_id) as successors
       from simon.customers
       where tenant_id = was.tenant_id and organization_id = was.organization_id and state = 'active') lives
     where was.tenant_id = $1 and was.organization_id <> 0 and was.state in ('gone', 'inactive')
       and own.addresses is not null and lives.successors is not null
     order by was.customer_id limit ${MOST_SHOWN}`,
    [tenantId],
  );
  return rows;
}
