import { TOPICS } from "../../../schemas/topics.ts";
import { MESSAGE_CATALOGUE } from "../../../services/shared/domain/message-catalogue.ts";
import { UNREADABLE_REASONS } from "../../../services/shared/kafka/kafka-telemetry.ts";
import type { Queryable } from "../../../services/shared/postgres.ts";
import type { TenantNumbers } from "./tenant-numbers.ts";

/** As many as an engineer reads. */
const LATEST = 50;
const MESSAGE_CODES = Object.keys(MESSAGE_CATALOGUE);
const TOPIC_NAMES = Object.values(TOPICS).map(({ name }) => name);
/** Stands for a text that is none of our words: it came from outside. */
const OTHER = "other";

const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const ours = (column: string, parameter: string): string =>
  `case when ${column} = any(${parameter}::text[]) then ${column} else '${OTHER}' end`;

/** The latest open errors and warnings of tenants, by code and time: neither about what, nor their parameters. */
export async function latestMessages(db: Queryable, tenants: TenantNumbers): Promise<readonly object[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId", kind, ${ours("code", "$2")} as code, occurrence_count::float8 as times,
       ${iso("first_at")} as "firstAt", ${iso("last_at")} as "lastAt"
     from log.messages where closed_at is null and kind <> 'info' order by last_at desc, id desc limit $1`,
    [LATEST, MESSAGE_CODES],
  );
  return rows.map((row) => numbered(row, tenants));
}

/** How many orders were refused, and messages said, in the last day, by code. */
export async function codesOfADay(db: Queryable): Promise<readonly object[]> {
  const { rows } = await db.query(
    `select 'order refused' as what, ${ours("code", "$1")} as code, count(*)::int as count, ${iso("max(settled_at)")} as "lastAt"
     from order_writer.orders where state = 'refused' and settled_at > now() - interval '1 day' group by 2
     union all
     select kind, ${ours("code", "$1")}, count(*)::int, ${iso("max(at)")}
     from log.occurrences where kind <> 'info' and at > now() - interval '1 day' group by 1, 2
     order by 3 desc, 1, 2`,
    [MESSAGE_CODES],
  );
  return rows;
}

/** The latest records that were set aside: where they stand and why, not what is in them. */
export async function latestDeadLetters(db: Queryable): Promise<readonly object[]> {
  const { rows } = await db.query(
    `select coalesce((select name from unnest($2::text[]) name where right(topic, length(name)) = name limit 1), '${OTHER}') as topic,
       partition, record_offset::float8 as offset, ${ours("reason", "$3")} as reason, ${iso("failed_at")} as "failedAt"
     from log.dead_letters order by failed_at desc limit $1`,
    [LATEST, TOPIC_NAMES, UNREADABLE_REASONS],
  );
  return rows;
}

/** The latest operations, with the code of what failed; their names and reasons are words of people. */
export async function latestOperations(db: Queryable): Promise<readonly object[]> {
  const { rows } = await db.query(
    `select operation_id::float8 as operation, kind, state, failure ->> 'code' as code, deaths,
       ${iso("requested_at")} as "requestedAt", ${iso("begun_at")} as "begunAt", ${iso("ended_at")} as "endedAt"
     from integration.operations order by operation_id desc limit $1`,
    [LATEST],
  );
  return rows;
}

/** Tenants with something that is not as it should be, the longest failing first. */
export async function troubledTenants(db: Queryable, tenants: TenantNumbers): Promise<readonly object[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select t.tenant_id as "tenantId", t.status, c.state as connection, ${iso("c.refreshed_at")} as "tokenRenewedAt",
       ${iso("case when c.parked_until > now() then c.parked_until end")} as "parkedUntil",
       s.failures as "failedPolls", ${iso("s.failing_since")} as "failingSince", ${iso("s.last_scan_at")} as "lastScanAt",
       l.failures as "laneFailures", o.waiting as "ordersWaiting", ${iso("o.oldest")} as "oldestOrderAt"
     from integration.tenants t
     left join integration.connections c using (tenant_id)
     left join unit4_poller.schedules s using (tenant_id)
     left join order_writer.lanes l using (tenant_id)
     left join lateral (
       select count(*)::int as waiting, min(archived_at) as oldest from order_writer.orders
       where tenant_id = t.tenant_id and state in ('waiting', 'sending', 'unknown')) o on true
     where t.status = 'active' and (c.state is distinct from 'connected' or c.parked_until > now() or s.failures > 0
       or l.failures > 0 or o.oldest < now() - interval '5 minutes')
     order by s.failing_since nulls last, o.oldest nulls last, t.tenant_id limit $1`,
    [LATEST],
  );
  return rows.map((row) => numbered(row, tenants));
}

function numbered({ tenantId, ...rest }: { readonly tenantId: string }, tenants: TenantNumbers): object {
  return { tenant: tenants.numberOf(tenantId), ...rest };
}
