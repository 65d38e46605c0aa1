import type { CustomerChanged, InvoiceAddress } from "../../schemas/records.ts";
import type { Connection } from "../shared/postgres.ts";
import { type CopyValue, copyRows } from "./copy-rows.ts";
import type { Wipe } from "./domain/newest-rows.ts";
import type { CustomerRow } from "./domain/projection.ts";
import { keyArrays, NOTHING_WRITTEN, type ProjectedTable, together, type Written } from "./written-rows.ts";

/** Customers of Simon, as Unit4 has them. */
export const SIMON_CUSTOMERS: ProjectedTable<CustomerChanged> = {
  entity: "customer",
  wipe: wipeCustomers,
  newer: newerCustomers,
  write: writeCustomers,
};

async function writeCustomers(
  tx: Connection,
  rows: readonly CustomerRow[],
  isWarned: (row: CustomerRow) => boolean,
): Promise<Written> {
  const whole = rows.filter(({ change }) => change.customer !== null);
  const bare = rows.filter(({ change }) => change.customer === null);
  const written = whole.length === 0 ? NOTHING_WRITTEN : await upsertCustomers(tx, whole, isWarned);
  return bare.length === 0 ? written : together(written, await markCustomersGone(tx, bare));
}

async function upsertCustomers(
  tx: Connection,
  rows: readonly CustomerRow[],
  isWarned: (row: CustomerRow) => boolean,
): Promise<Written> {
  const staged = rows.map((row) => stagedCustomer(row, isWarned(row)));
  const [written] = await copyRows<Written>(tx, UPSERT_CUSTOMERS, staged);
  return written ?? NOTHING_WRITTEN;
}

/** Wipes rows; Simon's own work addresses of them stay. @returns number of rows */
async function wipeCustomers(tx: Connection, wipes: readonly Wipe[]): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from simon.customers using unnest($1::text[], $2::text[], $3::int[]) wipe (tenant_id, customer_id, below_epoch)
     where customers.tenant_id = wipe.tenant_id and customers.customer_id = wipe.customer_id
       and (wipe.below_epoch is null or customers.epoch < wipe.below_epoch)`,
    [...keyArrays(wipes), wipes.map(({ belowEpoch }) => belowEpoch)],
  );
  return rowCount ?? 0;
}

/** Those of the rows that are newer than what is there. */
async function newerCustomers(tx: Connection, rows: readonly CustomerRow[]): Promise<readonly CustomerRow[]> {
  const { rows: found } = await tx.query<{ position: number }>(
    `select position::int from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
       with ordinality seen (tenant_id, customer_id, epoch, revision, record_offset, position)
     where not exists (
       select from simon.customers known
       where known.tenant_id = seen.tenant_id and known.customer_id = seen.customer_id
         and (known.epoch, known.revision, known.record_offset) >= (seen.epoch, seen.revision, seen.record_offset))`,
    [
      ...keyArrays(rows),
      rows.map(({ change }) => change.epoch),
      rows.map(({ change }) => change.revision),
      rows.map(({ offset }) => offset),
    ],
  );
  const positions = new Set(found.map(({ position }) => position));
  return rows.filter((_, index) => positions.has(index + 1));
}

/**
 * A customer that is gone and came without its fields keeps them. One that Simon never had, or that the cleaning has
 * removed, stays absent: only its version is kept.
 */
async function markCustomersGone(tx: Connection, rows: readonly CustomerRow[]): Promise<Written> {
  const { rows: observed } = await tx.query<{ observedAtMs: number }>(
    `insert into simon.customers as known
       (tenant_id, customer_id, epoch, revision, record_offset, changed_on, observed_at, origin, state)
     select tenant_id, customer_id, epoch, revision, record_offset, changed_on, to_timestamp(observed_at_ms / 1000.0),
       'unit4', 'removed'
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::date[], $7::bigint[])
       gone (tenant_id, customer_id, epoch, revision, record_offset, changed_on, observed_at_ms)
     on conflict (tenant_id, customer_id) do update set
       epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
       origin = excluded.origin, changed_on = excluded.changed_on,
       observed_at = excluded.observed_at, updated_at = now(),
       state = case known.state when 'removed' then 'removed' else 'gone' end
     where (known.epoch, known.revision, known.record_offset)
       < (excluded.epoch, excluded.revision, excluded.record_offset)
     returning (extract(epoch from observed_at) * 1000)::bigint as "observedAtMs"`,
    [
      ...keyArrays(rows),
      rows.map(({ change }) => change.epoch),
      rows.map(({ change }) => change.revision),
      rows.map(({ offset }) => offset),
      rows.map(({ change }) => change.changedOn),
      rows.map(({ change }) => change.observedAt),
    ],
  );
  return {
    count: observed.length,
    observedAtMs: observed.slice(0, 200).map(({ observedAtMs }) => observedAtMs),
    mended: [],
  };
}

/** The columns of staged_customers, in its order. */
function stagedCustomer(
  { tenantId, entityId, offset, state, change }: CustomerRow,
  warned: boolean,
): CopyValue[] {
  const { customer } = change;
  if (customer === null) return [];
  return [
    tenantId,
    entityId,
    change.epoch,
    change.revision,
    offset,
    state,
    customer.organizationId,
    customer.name,
    customer.shortName,
    customer.contactPerson,
    customer.street1,
    customer.street2,
    customer.zipCode,
    customer.city,
    customer.countryId,
    customer.telephone,
    customer.mobilePhone,
    customer.email,
    customer.paymentConditionId,
    customer.vatScenarioId,
    customer.chargeVatTypeId,
    change.invoiceAddressKnown ? invoiceAddressJson(change.invoiceAddress) : null,
    change.changedOn,
    change.observedAt,
    warned,
  ];
}

const invoiceAddressJson = (address: InvoiceAddress | null): string => JSON.stringify(address);

const UPSERT_CUSTOMERS = `
create temp table if not exists staged_customers (
  tenant_id text, customer_id text, epoch integer, revision bigint, record_offset bigint, state text,
  organization_id bigint, name text, short_name text, contact_person text, street1 text, street2 text, zip_code text,
  city text, country_id text, telephone text, mobile_phone text, email text, payment_condition_id text,
  vat_scenario_id integer, charge_vat_type_id integer, invoice_address jsonb, changed_on date, observed_at_ms float8,
  warned boolean
) on commit delete rows;
delete from staged_customers;
copy staged_customers from stdin;
with written as (
  insert into simon.customers as known (
    tenant_id, customer_id, epoch, revision, record_offset, state, organization_id, name, short_name, contact_person,
    street1, street2, zip_code, city, country_id, telephone, mobile_phone, email, payment_condition_id,
    vat_scenario_id, charge_vat_type_id, invoice_address, changed_on, warned, observed_at, origin)
  select
    tenant_id, customer_id, epoch, revision, record_offset, state, organization_id, name, short_name, contact_person,
    street1, street2, zip_code, city, country_id, telephone, mobile_phone, email, payment_condition_id,
    vat_scenario_id, charge_vat_type_id, invoice_address, changed_on, warned, to_timestamp(observed_at_ms / 1000),
    'unit4'
  from staged_customers
  on conflict (tenant_id, customer_id) do update set
    epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
    state = excluded.state, organization_id = excluded.organization_id, name = excluded.name,
    short_name = excluded.short_name, contact_person = excluded.contact_person, street1 = excluded.street1,
    street2 = excluded.street2, zip_code = excluded.zip_code, city = excluded.city, country_id = excluded.country_id,
    telephone = excluded.telephone, mobile_phone = excluded.mobile_phone, email = excluded.email,
    payment_condition_id = excluded.payment_condition_id, vat_scenario_id = excluded.vat_scenario_id,
    charge_vat_type_id = excluded.charge_vat_type_id,
    invoice_address = coalesce(excluded.invoice_address, known.invoice_address),
    changed_on = excluded.changed_on, warned = excluded.warned,
    observed_at = excluded.observed_at, origin = excluded.origin, updated_at = now(),
    kept_since = case excluded.state when 'active' then null else known.kept_since end
  where (known.epoch, known.revision, known.record_offset)
    < (excluded.epoch, excluded.revision, excluded.record_offset)
  returning new.tenant_id, new.customer_id, new.name, new.epoch, new.revision, new.observed_at,
    old.warned and not new.warned as is_clean, old.kept_since is not null and new.kept_since is null as is_usable
)
select
  (select count(*)::int from written) as count,
  array(select extract(epoch from observed_at)::float8 * 1000 from written limit 200) as "observedAtMs",
  (select coalesce(json_agg(json_build_object('tenantId', tenant_id, 'entityId', customer_id, 'name', name,
     'epoch', epoch, 'revision', revision, 'writtenAtMs', round(extract(epoch from now()) * 1000),
     'isClean', is_clean, 'isUsable', is_usable)), '[]')
   from written where is_clean or is_usable) as mended`;
