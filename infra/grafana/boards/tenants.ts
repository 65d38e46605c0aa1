/** A table that PostgreSQL answers: what is true of single tenants is in no metric. */
export type SqlPanel = {
  readonly title: string;
  readonly description: string;
  readonly sql: string;
  /** Columns of 24. */
  readonly width: number;
};

export type SqlBoard = {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether one tenant is chosen above it, as `$tenant`. */
  readonly isOfOneTenant: boolean;
  readonly panels: readonly SqlPanel[];
};

const OPEN = "state in ('waiting', 'sending', 'unknown')";
/** Many enough to see whether it is few or all; the rest is for SQL by hand. */
const MOST = "limit 25";

export const TENANTS: SqlBoard = {
  uid: "simon-tenants",
  title: "Simon / Tenants in trouble",
  description:
    "Which tenants are hit, since when and why: where to go after an alert. A click leads to the one tenant.",
  isOfOneTenant: false,
  panels: [
    {
      title: "Orders that wait",
      description:
        "The tenant with the oldest one first. Unknown: it may be in Unit4 or not, and is looked up.",
      width: 12,
      sql: `select tenant_id, count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'sending') as sending,
  count(*) filter (where state = 'unknown') as unknown, min(archived_at) as oldest
from order_writer.orders where ${OPEN} group by tenant_id order by oldest ${MOST}`,
    },
    {
      title: "Polls that fail",
      description: "Turns in a row that failed; the tenant that was not read for longest first.",
      width: 12,
      sql: `select tenant_id, failures, last_outcome, last_scan_at, last_turn_at
from unit4_poller.schedules where failures > 0 order by last_scan_at nulls first ${MOST}`,
    },
    {
      title: "Connections that ended, or rest",
      description: "Revoked: the office has to connect anew. Parked: Unit4 asked for rest until then.",
      width: 12,
      sql: `select c.tenant_id, c.state, c.refreshed_at, c.parked_until
from integration.connections c join integration.tenants t using (tenant_id)
where t.status = 'active' and (c.state <> 'connected' or c.parked_until > now()) order by c.refreshed_at desc nulls last ${MOST}`,
    },
    {
      title: "Open messages",
      description: "What offices are asked to do, by code: one code for many tenants is one cause.",
      width: 12,
      sql: `select tenant_id, code, kind, count(*) as messages, min(first_at) as since, max(last_at) as latest
from log.messages where closed_at is null and kind <> 'info' group by tenant_id, code, kind order by messages desc ${MOST}`,
    },
    {
      title: "Halted deletions and dead letters",
      description:
        "Lists whose deletions wait for a person, and records that were set aside within a week and are open.",
      width: 24,
      sql: `select tenant_id, 'halted ' || entity as what, missing as number, halted_at as since from unit4_poller.brakes where decision is null
union all
select tenant_id, 'dead letters, ' || reason, count(*), max(failed_at) from log.dead_letters
where state in ('waiting', 'sending', 'put-back', 'quarantined') and failed_at > now() - interval '7 days' group by tenant_id, reason
order by since desc ${MOST}`,
    },
  ],
};

export const TENANT: SqlBoard = {
  uid: "simon-tenant",
  title: "Simon / One tenant",
  description:
    "Everything that is known of one tenant without names: its connection, polls, orders, messages.",
  isOfOneTenant: true,
  panels: [
    {
      title: "State",
      description: "Of the tenant, its connection to Unit4 and its polls.",
      width: 24,
      sql: `select t.tenant_id, t.status, t.administration, c.state as connection, c.expires_at, c.parked_until,
  s.failures, s.last_outcome, s.last_scan_at, s.next_due_at
from integration.tenants t left join integration.connections c using (tenant_id) left join unit4_poller.schedules s using (tenant_id)
where t.tenant_id = $tenant`,
    },
    {
      title: "Open orders",
      description: "The oldest first, with when each is looked at again.",
      width: 12,
      sql: `select tenant_id, workorder_id, state, attempts, unclear_sendings, absent_lookups, doubted, archived_at, due_at
from order_writer.orders where tenant_id = $tenant and ${OPEN} order by archived_at ${MOST}`,
    },
    {
      title: "Sendings",
      description: "The latest, with what came of each.",
      width: 12,
      sql: `select tenant_id, workorder_id, attempt, started_at, finished_at, outcome
from order_writer.attempts where tenant_id = $tenant order by started_at desc ${MOST}`,
    },
    {
      title: "Settled orders",
      description: "The latest: the number in Unit4, or the reason.",
      width: 12,
      sql: `select tenant_id, workorder_id, state, order_id, code, archived_at, settled_at
from order_writer.orders where tenant_id = $tenant and settled_at > now() - interval '7 days' order by settled_at desc ${MOST}`,
    },
    {
      title: "Open messages",
      description: "What its office is asked to do, by code; the texts stand in the console.",
      width: 12,
      sql: `select tenant_id, code, kind, record_table, count(*) as messages, min(first_at) as since, max(last_at) as latest
from log.messages where tenant_id = $tenant and closed_at is null and kind <> 'info'
group by tenant_id, code, kind, record_table order by latest desc ${MOST}`,
    },
    {
      title: "Dead letters",
      description: "Records of this tenant that were set aside, and what became of them.",
      width: 12,
      sql: `select tenant_id, topic, partition, record_offset, consumer_group, reason, state, failed_at
from log.dead_letters where tenant_id = $tenant order by failed_at desc ${MOST}`,
    },
  ],
};
