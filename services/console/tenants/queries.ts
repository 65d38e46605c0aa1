import type { Queryable } from "../../shared/postgres.ts";

/** In the order of the columns: what goes wrong before what hardly changes. */
export const TENANT_SORTS = [
  "name",
  "state",
  "connection",
  "scan",
  "waiting",
  "errors",
  "warnings",
  "written",
  "tenant",
  "administration",
] as const;
export type TenantSort = (typeof TENANT_SORTS)[number];
export const TENANT_STATES = ["active", "inactive", "never"] as const;
export const TENANT_PROBLEMS = ["errors", "warnings", "connection", "stale", "waiting"] as const;
type TenantState = (typeof TENANT_STATES)[number];

export type TenantChoice = {
  /** Part of id, name or administration; empty for all. */
  readonly search: string;
  readonly state: TenantState | "";
  readonly problem: (typeof TENANT_PROBLEMS)[number] | "";
  readonly sort: TenantSort;
  readonly direction: "asc" | "desc";
  /** From 1; beyond the end the last page is shown. */
  readonly page: number;
};

/** A tenant as operators see it in the list. */
export type TenantRow = {
  readonly tenantId: string;
  readonly name: string;
  readonly administration: string | null;
  readonly state: TenantState;
  /** null where it was never connected. */
  readonly connection: "connected" | "revoked" | "client_refused" | null;
  /** When all its lists were last read to their end. */
  readonly lastScanAt: Date | null;
  /** Orders on their way; `unknown` is how many of them have an unknown outcome. */
  readonly waiting: number;
  readonly unknown: number;
  /** When the oldest of them was archived. */
  readonly oldestAt: Date | null;
  readonly errors: number;
  readonly warnings: number;
  readonly lastWrittenAt: Date | null;
};

export type TenantList = {
  readonly rows: readonly TenantRow[];
  readonly total: number;
  /** The page that is shown, and how many there are. */
  readonly page: number;
  readonly pages: number;
};

const PAGE_ROWS = 50;

/** What is sorted by; only these texts go into the statement. */
const SORT_COLUMNS: Readonly<Record<TenantSort, string>> = {
  name: "lower(name)",
  tenant: '"tenantId"',
  administration: "administration",
  state: "state",
  connection: "connection",
  scan: '"lastScanAt"',
  waiting: "waiting",
  errors: "errors",
  warnings: "warnings",
  written: "written",
};

/** A scan is due every five minutes on average. */
const STALE = "interval '1 hour'";
/** Orders are written within seconds. */
const LATE = "interval '15 minutes'";

const PROBLEM = `case $3
  when 'errors' then errors > 0
  when 'warnings' then warnings > 0
  when 'connection' then state = 'active' and connection is distinct from 'connected'
  when 'stale' then state = 'active' and ("lastScanAt" is null or "lastScanAt" < now() - ${STALE})
  when 'waiting' then unknown > 0 or "oldestAt" < now() - ${LATE}
  else true end`;

const lastWritten = (tenant: string): string =>
  `(select settled_at from order_writer.orders o where o.tenant_id = ${tenant} and o.state = 'written'
    order by settled_at desc limit 1)`;

/** Every tenant with its figures. */
const tenants = (written: string): string => `
  select t.tenant_id as "tenantId", t.name, t.administration,
    case when t.status = 'active' then 'active' when ever.tenant_id is null then 'never' else 'inactive' end as state,
    c.state as connection, s.last_scan_at as "lastScanAt",
    coalesce(o.waiting, 0) as waiting, coalesce(o.unknown, 0) as unknown, o.oldest_at as "oldestAt",
    coalesce(m.errors, 0) as errors, coalesce(m.warnings, 0) as warnings, ${written} as written
  from integration.tenants t
  left join integration.connections c using (tenant_id)
  left join unit4_poller.schedules s using (tenant_id)
  left join (select distinct tenant_id from integration.activations) ever using (tenant_id)
  left join (
    select tenant_id, count(*) as waiting, count(*) filter (where state = 'unknown') as unknown,
      min(archived_at) as oldest_at
    from order_writer.orders where state in ('waiting', 'sending', 'unknown') group by tenant_id) o using (tenant_id)
  left join (
    select tenant_id, count(*) filter (where kind = 'error') as errors,
      count(*) filter (where kind = 'warning') as warnings
    from log.messages where closed_at is null and kind <> 'info' group by tenant_id) m using (tenant_id)
  where t.removed_at is null and ($1 = '' or strpos(lower(t.tenant_id), lower($1)) > 0
    or strpos(lower(t.name), lower($1)) > 0 or strpos(lower(t.administration), lower($1)) > 0)`;

/** A page of the tenants that were chosen, and how many there are in all. For operators: it sees every tenant. */
export async function listTenants(db: Queryable, choice: TenantChoice): Promise<TenantList> {
  const { sort, direction, search, state, problem } = choice;
  // One look-up per tenant: for the page alone, unless all are sorted by it.
  const isSortedByWritten = sort === "written";
  const { rows } = await db.query<TenantRow & { readonly total: number }>(
    `with chosen as materialized (
       select * from (${tenants(isSortedByWritten ? lastWritten("t.tenant_id") : "null::timestamptz")}) every
       where ($2 = '' or state = $2) and (${PROBLEM})),
     shown as (
       select * from chosen
       order by ${SORT_COLUMNS[sort]} ${direction} nulls last, "tenantId"
       limit ${PAGE_ROWS}
       offset ${PAGE_ROWS} * (least($4, greatest(1, (select ceil(count(*) / ${PAGE_ROWS}.0)::integer from chosen))) - 1))
     select shown.*, (select count(*) from chosen) as total,
       ${isSortedByWritten ? "written" : lastWritten('shown."tenantId"')} as "lastWrittenAt"
     from shown order by ${SORT_COLUMNS[sort]} ${direction} nulls last, "tenantId"`,
    [search, state, problem, choice.page],
  );
  const total = rows[0]?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  return { rows, total, page: Math.min(choice.page, pages), pages };
}
