import { TOPICS } from "../../schemas/topics.ts";
import type { KafkaClient } from "../../services/shared/kafka/client.ts";
import { type GroupLag, lagInPostgres } from "../../services/shared/kafka/lag.ts";
import type { Pool } from "../../services/shared/postgres.ts";

/** What stands where, for one tenant. Times are ISO 8601 in UTC; null: not yet. */
type TenantStatus = {
  readonly tenantId: string;
  readonly status: "active" | "inactive";
  /** Rows in Simon, marked ones included, cleaned ones not. */
  readonly customers: number;
  readonly articles: number;
  /** Customers and articles that are marked: inactive or gone in Unit4, waiting for the cleaning. */
  readonly inactive: number;
  readonly lastScanAt: string | null;
  /** When a scan last saw a change. */
  readonly latestChange: string | null;
  /** Archived workorders by what became of them. */
  readonly orders: {
    readonly waiting: number;
    readonly written: number;
    readonly refused: number;
    readonly skipped: number;
    readonly unknown: number;
  };
  /** Open messages by kind. */
  readonly messages: { readonly info: number; readonly warning: number; readonly error: number };
};

export type Status = {
  readonly tenants: readonly TenantStatus[];
  readonly consumerGroups: readonly GroupLag[];
};

/** The state of every tenant and consumer group. @param pool as a role that may read every schema */
export async function readStatus(pool: Pool, kafka: KafkaClient): Promise<Status> {
  const [tenants, consumerGroups] = await Promise.all([readTenants(pool), readLags(pool, kafka)]);
  return { tenants, consumerGroups };
}

/** How far every consumer group is behind. @throws Failure KAFKA_UNAVAILABLE, or what pg throws */
export async function readLags(pool: Pool, kafka: KafkaClient): Promise<readonly GroupLag[]> {
  const {
    customerChanged,
    articleChanged,
    orderSettled,
    orderRequested,
    messageLogged,
    deadLetter,
    workorderArchived,
  } = TOPICS;
  const inPostgres = (group: string, schema: string, ...topics: readonly { readonly name: string }[]) =>
    lagInPostgres({
      kafka,
      pool,
      group,
      table: `${schema}.positions`,
      topics: topics.map(({ name }) => name),
    });
  return Promise.all([
    inPostgres("simon-projector", "simon", customerChanged, articleChanged, orderSettled),
    inPostgres("workorder-archived", "workorder_archived", workorderArchived),
    inPostgres("order-writer", "order_writer", orderRequested),
    inPostgres("log-sink", "log", messageLogged, deadLetter),
  ]);
}

async function readTenants(pool: Pool): Promise<readonly TenantStatus[]> {
  const { rows } = await pool.query<TenantStatus>(
    `select t.tenant_id as "tenantId", t.status,
       (select count(*) from simon.customers c where c.tenant_id = t.tenant_id and c.state <> 'removed') as customers,
       (select count(*) from simon.articles a where a.tenant_id = t.tenant_id and a.state <> 'removed') as articles,
       (select count(*) from simon.customers c
         where c.tenant_id = t.tenant_id and c.state in ('inactive', 'gone')) +
       (select count(*) from simon.articles a
         where a.tenant_id = t.tenant_id and a.state in ('inactive', 'gone')) as inactive,
       ${isoTime("s.last_scan_at")} as "lastScanAt", 
       (select ${isoTime("max(p.latest_change_at)")} from unit4_poller.progress p
         where p.tenant_id = t.tenant_id) as "latestChange",
       json_build_object('waiting', o.waiting, 'written', o.written, 'refused', o.refused, 'skipped', o.skipped,
         'unknown', o.unknown) as orders,
       json_build_object('info', m.info, 'warning', m.warning, 'error', m.error) as messages
     from integration.tenants t
     left join unit4_poller.schedules s using (tenant_id)
     cross join lateral (
       select count(*) filter (where outcome = 'written') as written,
         count(*) filter (where outcome = 'refused') as refused,
         count(*) filter (where outcome = 'skipped') as skipped,
         count(*) filter (where outcome = 'unknown') as unknown,
         count(*) filter (where outcome = 'waiting') as waiting
       from (${OUTCOMES}) outcomes) o
     cross join lateral (
       select count(*) filter (where kind = 'info') as info, count(*) filter (where kind = 'warning') as warning,
         count(*) filter (where kind = 'error') as error
       from log.messages l where l.tenant_id = t.tenant_id and l.closed_at is null) m
     order by t.tenant_id`,
  );
  return rows;
}

function isoTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** One row per archived workorder of tenant t: settled as told, or as the ledger has it, or waiting. */
const OUTCOMES = `
  select case
      when settled.archived_at is not null
        and (archived.archived_at is null or settled.archived_at >= archived.archived_at) then settled.outcome
      when ledger.state = 'unknown' then 'unknown'
      when ledger.state in ('written', 'refused') and archived.archived_at is null then ledger.state
      else 'waiting' end as outcome
  from (select workorder_id, archived_at from simon.workorders
        where tenant_id = t.tenant_id and status = 'archived') archived
  full join (select * from simon.workorder_outcomes where tenant_id = t.tenant_id) settled using (workorder_id)
  full join (select * from order_writer.orders where tenant_id = t.tenant_id) ledger using (workorder_id)`;
