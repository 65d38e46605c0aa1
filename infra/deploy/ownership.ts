import type pg from "pg";
import { OWNER } from "./roles.ts";
import { SERVICES } from "./services.ts";

/**
 * Gives what an earlier deployment made as another role to the one owner: a function that runs with its owner's rights
 * would else pass by every policy. Sequences of identity columns go with their tables.
 */
export async function handOver(client: pg.Client): Promise<void> {
  const schemas = SERVICES.flatMap(({ schema }) => (schema === null ? [] : `'${schema}'`)).join(", ");
  await client.query(`do $$
declare
  one record;
begin
  for one in
    select format('schema %I', nspname) as thing from pg_namespace
    where nspname in (${schemas}) and nspowner <> '${OWNER}'::regrole
    union all
    select case relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || c.oid::regclass
    from pg_class c
    where relkind in ('r', 'v', 'S') and relnamespace::regnamespace::text in (${schemas})
      and relowner <> '${OWNER}'::regrole
      and not exists (select from pg_depend where objid = c.oid and classid = 'pg_class'::regclass and deptype in ('a', 'i')
        and refclassid = 'pg_class'::regclass and refobjsubid > 0)
    union all
    select 'function ' || oid::regprocedure from pg_proc
    where pronamespace::regnamespace::text in (${schemas}) and proowner <> '${OWNER}'::regrole
  loop
    execute format('alter %s owner to ${OWNER}', one.thing);
  end loop;
end $$`);
}
