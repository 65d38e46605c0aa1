import type { Pool } from "../../services/shared/postgres.ts";

/** A table with a tenant in each row, as the catalogue of Postgres has it. */
export type TenantTable = {
  /** With its schema, such as simon.customers. */
  readonly name: string;
  /** Columns that a row cannot be without, with their types. */
  readonly needed: readonly Column[];
};

/** `word`: the first of those that a check of the table takes; null where it takes others too. */
type Column = { readonly column: string; readonly type: string; readonly word: string | null };

/** Every table that has a tenant, of all services' schemas. */
export async function tenantTables(pool: Pool): Promise<readonly TenantTable[]> {
  const { rows } = await pool.query<TenantTable>(
    `select c.oid::regclass::text as name, (
         select json_agg(json_build_object(
           'column', a.attname, 'type', format_type(a.atttypid, null),
           'word', (select substring(pg_get_constraintdef(oid) from 'ARRAY\\[''(\\w+)''')
             from pg_constraint where conrelid = c.oid and contype = 'c' and conkey = array[a.attnum] limit 1)
           ) order by a.attnum)
         from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
           and a.attidentity = '' and (a.attname = 'tenant_id' or a.attnotnull and not a.atthasdef)) as needed
     from pg_class c
     join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
     where c.relkind = 'r' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
     order by 1`,
  );
  return rows;
}

/** A statement that adds a row of this tenant, as small as the table takes one. */
export function insertOf({ name, needed }: TenantTable, tenantId: string): string {
  const columns = needed.map(({ column }) => column).join(", ");
  const values = needed.map((column) => sampleOf(column, tenantId)).join(", ");
  return `insert into ${name} (${columns}) values (${values})`;
}

/** Adds a row of this tenant to every table. Foreign keys and triggers are off: a row stands for itself. */
export async function fillTables(
  pool: Pool,
  tables: readonly TenantTable[],
  tenantId: string,
): Promise<void> {
  const statements = tables.map((table) => insertOf(table, tenantId)).join(";\n");
  await pool.query(`begin; set local session_replication_role = replica; ${statements}; commit`);
}

function sampleOf({ column, type, word }: Column, tenantId: string): string {
  if (column === "tenant_id") return `'${tenantId}'`;
  if (column === "key_id") return `substr(md5('${tenantId}'), 1, 16)`;
  if (word !== null) return `'${word}'`;
  if (type === "text") return `'${tenantId}-text'`;
  if (type === "bytea") return `'${tenantId}'::bytea`;
  if (type.endsWith("[]")) return `'{}'::${type}`;
  if (type.startsWith("json")) return "'{}'";
  if (type === "boolean") return "false";
  if (type === "uuid") return "gen_random_uuid()";
  if (/^(timestamp|date)/.test(type)) return "now()";
  return "1";
}
