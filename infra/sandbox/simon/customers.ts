import type { Queryable } from "../../../services/shared/postgres.ts";

/** A state of a customer or article that the sandbox shows; removed ones are absent. */
export type ShownState = "active" | "inactive" | "gone" | "unknown";

export type ShownCustomer = {
  readonly customerId: string;
  readonly origin: "unit4" | "simon";
  readonly state: ShownState;
  readonly name: string;
  readonly street: string;
  readonly zipCode: string;
  readonly city: string;
  readonly telephone: string;
  readonly email: string;
};

/** What a list asks for: rows that hold `text`, `page` counted from 1. */
export type ListRequest = { readonly text: string; readonly page: number };

export const ROWS_PER_PAGE = 50;

const CUSTOMER_COLUMNS = `customer_id as "customerId", origin, state, name, street1 as street, zip_code as "zipCode", city,
  telephone, email`;

/** A page of a tenant's customers by name, and how many there are in all. */
export async function listCustomers(
  db: Queryable,
  tenantId: string,
  { text, page }: ListRequest,
): Promise<{ readonly rows: readonly ShownCustomer[]; readonly total: number }> {
  const { rows } = await db.query<ShownCustomer & { total: number }>(
    `select ${CUSTOMER_COLUMNS}, count(*) over () as total
     from simon.customers
     where tenant_id = $1 and state <> 'removed'
       and position(lower($2) in lower(concat_ws(' ', customer_id, name, city))) > 0
     order by name, customer_id
     limit ${ROWS_PER_PAGE} offset $3`,
    [tenantId, text, (page - 1) * ROWS_PER_PAGE],
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** A customer; null when Simon has none of that id. */
export async function findCustomer(
  db: Queryable,
  tenantId: string,
  customerId: string,
): Promise<ShownCustomer | null> {
  const { rows } = await db.query<ShownCustomer>(
    `select ${CUSTOMER_COLUMNS} from simon.customers
     where tenant_id = $1 and customer_id = $2 and state <> 'removed'`,
    [tenantId, customerId],
  );
  return rows[0] ?? null;
}

export type NewCustomer = {
  readonly customerId: string;
  readonly name: string;
  readonly street: string;
  readonly zipCode: string;
  readonly city: string;
};

/** Adds a customer by hand (M3). @returns false when the code is or was in use */
export async function addCustomer(db: Queryable, tenantId: string, customer: NewCustomer): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into simon.customers (tenant_id, customer_id, name, street1, zip_code, city)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [tenantId, customer.customerId, customer.name, customer.street, customer.zipCode, customer.city],
  );
  return rowCount === 1;
}
