import type { Queryable } from "../../../services/shared/postgres.ts";

export type ShownWorkAddress = {
  readonly workAddressId: string;
  readonly customerId: string;
  /** Whether it came from Unit4 or was made in Simon. */
  readonly origin: "unit4" | "simon";
  readonly name: string;
  readonly street: string;
  readonly zipCode: string;
  readonly city: string;
};

/** A customer's work addresses, the one from Unit4 first. */
export async function workAddressesOf(
  db: Queryable,
  tenantId: string,
  customerId: string,
): Promise<readonly ShownWorkAddress[]> {
  const { rows } = await db.query<ShownWorkAddress>(
    `select work_address_id as "workAddressId", customer_id as "customerId", origin, name, street, zip_code as "zipCode",
       city
     from simon.known_work_addresses
     where tenant_id = $1 and customer_id = $2
     order by origin = 'simon', name, work_address_id`,
    [tenantId, customerId],
  );
  return rows;
}

/** Adds a work address to a customer (M8). */
export async function addWorkAddress(
  db: Queryable,
  tenantId: string,
  address: Omit<ShownWorkAddress, "origin">,
): Promise<void> {
  await db.query(
    `insert into simon.work_addresses (tenant_id, work_address_id, customer_id, name, street, zip_code, city)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenantId,
      address.workAddressId,
      address.customerId,
      address.name,
      address.street,
      address.zipCode,
      address.city,
    ],
  );
}
