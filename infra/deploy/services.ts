/** What a service owns in Postgres and what it may touch of others. */
export type ServiceGrants = {
  /** Role and, where the service owns one, schema: the service's name with underscores. */
  readonly role: string;
  /** Schema that the service's migrations make; null where it owns none. */
  readonly schema: string | null;
  /** Stands in for a program of others, on one's own machine: in production it may not log in. */
  readonly isStandIn?: true;
  /** Folder of its migrations, from the root of the tree; null where it has none. */
  readonly migrations: string | null;
  /** Grants on tables of its own schema, by verb as its statements use them. */
  readonly own: readonly string[];
  /** Grants on tables of other schemas, and on functions that run with their owner's rights. */
  readonly grants: readonly string[];
  /** A role that it takes on for single transactions, which may do less than it may: nobody logs in as it. */
  readonly becomes?: { readonly role: string; readonly grants: readonly string[] };
};

const READ_TENANTS = "select on integration.tenants";
const READ_SETTINGS = "select on integration.settings_versions";
const SAY_WHO_RUNS = "select, insert, update, delete on integration.instances";
const DO_OPERATIONS = "select, update on integration.operations";
const USE_CONNECTIONS = [
  "select, insert on integration.tenant_keys",
  "select on integration.connections",
  "update (access_token, refresh_token, previous_refresh_token, expires_at, refreshed_at, state, parked_until, lease_token, lease_until, leased_by) on integration.connections",
];

/**
 * One role per service with the least grants that it needs, so that a fault in one service cannot reach the others' rows; a
 * test holds each grant against the SQL of its service. Migrations run in this order, all of them before the first grant.
 */
export const SERVICES: readonly ServiceGrants[] = [
  {
    role: "console",
    schema: "integration",
    migrations: "services/console/migrations",
    own: [
      "select, insert, update on integration.tenants",
      "select, insert, update on integration.activations",
      "select, insert on integration.settings_versions",
      "select, insert, update on integration.connections",
      "select, insert on integration.tenant_keys",
      "select, insert, update on integration.users",
      "select, insert, update, delete on integration.sessions",
      "select, insert, delete on integration.sign_in_attempts",
      "select, insert, delete on integration.connect_attempts",
      "select, insert, update, delete on integration.api_tokens",
      "select, insert on integration.first_operators",
      // It only grows.
      "select, insert on integration.audit",
      "select, insert, update on integration.emptyings",
      "select, insert, update, delete on integration.removals",
      "select, insert, delete on integration.tombstones_due",
      "select, insert, update, delete on integration.activation_rounds",
      "select, insert, update, delete on integration.settings_drafts",
      "select, insert, update, delete on integration.rehearsals",
      "select, insert, update on integration.settings_checks",
      "select, insert, update, delete on integration.accepted_workorders",
      SAY_WHO_RUNS,
    ],
    grants: [
      "select on simon.customers",
      "select on simon.articles",
      "select on simon.work_addresses",
      "select on simon.workorders",
      "select on simon.workorder_outcomes",
      "select on simon.tenant_epochs",
      "select on simon.cleaning_schedules",
      "select on log.messages",
      "select on log.occurrences",
      "select on log.dead_letters",
      "select on order_writer.orders",
      "select on order_writer.attempts",
      "select on order_writer.lanes",
      "select on unit4_poller.schedules",
      "select on unit4_poller.fleet_view",
      "select on unit4_poller.progress",
      "select on unit4_poller.brakes",
      "select, delete on unit4_poller.totals",
      "select, delete on order_writer.totals",
      "select on unit4_poller.drift",
      "update (decision, decided_at, decided_by, most) on unit4_poller.brakes",
      "update (next_due_at) on unit4_poller.schedules",
      "execute on function simon.begin_emptying(text, integer, text[])",
      "execute on function simon.empty_slice(text, integer, text[], integer)",
      "execute on function simon.move_work_addresses(text, text, text)",
      "execute on function order_writer.withdraw_orders(text, integer)",
      "execute on function order_writer.erase_slice(text, text, integer)",
      "execute on function log.erase_slice(text, text, timestamptz, text, integer)",
      "execute on function log.erase_letters(text, text, timestamptz, integer)",
      "execute on function log.erase_actor(text[], text)",
      "execute on function unit4_poller.erase_lists(text, integer, text[])",
      "execute on function integration.erase_acts(text, bigint, integer)",
      "execute on function integration.erase_registry(text)",
      "execute on function integration.erase_person(bigint)",
      "execute on function integration.forget_acts(integer, integer)",
      "execute on function integration.ask_resync(text, boolean, text)",
      "execute on function integration.latest_resync(text)",
    ],
  },
  {
    role: "unit4_poller",
    schema: "unit4_poller",
    migrations: "services/unit4-poller/migrations",
    own: [
      "select, insert, update on unit4_poller.schedules",
      "select, insert, update, delete on unit4_poller.snapshots",
      "select, insert, update, delete on unit4_poller.scans",
      "select, insert on unit4_poller.scan_pages",
      "select, insert, update on unit4_poller.progress",
      "select, insert, update, delete on unit4_poller.brakes",
      "select, update on unit4_poller.fleet_view",
      "select, insert, update, delete on unit4_poller.totals",
      "select, insert, update, delete on unit4_poller.resyncs",
      "select, insert, update, delete on unit4_poller.drift",
      "usage, update on sequence unit4_poller.revisions",
    ],
    grants: [
      ...[READ_TENANTS, READ_SETTINGS, SAY_WHO_RUNS, DO_OPERATIONS, ...USE_CONNECTIONS],
      // To hold them against Unit4's lists: whether there is a row, and nothing that is in it.
      "select (tenant_id, customer_id, origin, state) on simon.customers",
      "select (tenant_id, article_id, origin, state) on simon.articles",
    ],
  },
  {
    role: "simon_projector",
    schema: "simon",
    migrations: "services/simon-projector/migrations",
    own: [
      "select, insert, update on simon.tenant_epochs",
      "select, insert, update, delete on simon.customers",
      "select, insert, update, delete on simon.articles",
      "select, delete on simon.work_addresses",
      "select on simon.workorders",
      "select, insert, update on simon.workorder_outcomes",
      "select, insert, update on simon.cleaning_schedules",
      "select, insert, update, delete on simon.positions",
      "select, insert, delete on simon.preview_samples",
    ],
    grants: [READ_TENANTS, SAY_WHO_RUNS, DO_OPERATIONS],
    // What a replay may touch: the rows that it brings back, and how far it is. Neither live positions nor anybody's orders.
    becomes: {
      role: "simon_replay",
      grants: [
        "select, insert, update on simon.tenant_epochs",
        "select, insert, update, delete on simon.customers",
        "select, insert, update, delete on simon.articles",
        "select, insert, update on simon.workorder_outcomes",
        DO_OPERATIONS,
      ],
    },
  },
  {
    role: "workorder_archived",
    schema: "workorder_archived",
    migrations: "services/workorder-archived/migrations",
    own: [
      "select, insert, update on workorder_archived.workorders",
      "select, insert, update, delete on workorder_archived.positions",
    ],
    grants: [
      READ_TENANTS,
      READ_SETTINGS,
      SAY_WHO_RUNS,
      DO_OPERATIONS,
      "select on integration.activations",
      "select on simon.customers",
      "select on simon.articles",
      "select (tenant_id, workorder_id, outcome, code, sequence) on simon.workorder_outcomes",
      // Whether there is an order and of which decision; what is in it is nobody's business here.
      "select (tenant_id, workorder_id, state, sequence) on order_writer.orders",
      "select on order_writer.emptied_tenants",
    ],
  },
  {
    role: "order_writer",
    schema: "order_writer",
    migrations: "services/order-writer/migrations",
    own: [
      "select, insert, update on order_writer.orders",
      "select, insert, update, delete on order_writer.attempts",
      "select, insert, update on order_writer.lanes",
      // Rows come by a trigger of orders.
      "select, insert, update, delete on order_writer.order_checks",
      "select, insert, update on order_writer.check_turns",
      "select, delete on order_writer.totals",
      "select on order_writer.emptied_tenants",
      "execute on function order_writer.content_hash(jsonb)",
      "select, insert, update, delete on order_writer.pulses",
      "select, insert, update on order_writer.rechecks",
      "select, insert, update, delete on order_writer.positions",
    ],
    grants: [READ_TENANTS, SAY_WHO_RUNS, ...USE_CONNECTIONS],
  },
  {
    role: "log_sink",
    schema: "log",
    migrations: "services/log-sink/migrations",
    own: [
      "select, insert, update, delete on log.messages",
      "select, insert, delete on log.occurrences",
      // What a letter holds stays as it came.
      "select, insert, delete on log.dead_letters",
      "update (state, reason, detail, failed_at, stored_at, last_attempt, put_backs, operation_id, history) on log.dead_letters",
      "select, insert, update, delete on log.positions",
      // By its triggers, with the rights of whoever writes.
      "select on log.emptied_tables",
    ],
    grants: [SAY_WHO_RUNS, DO_OPERATIONS],
  },
  {
    role: "sandbox_simon",
    isStandIn: true,
    schema: null,
    migrations: null,
    own: [],
    grants: [
      READ_TENANTS,
      READ_SETTINGS,
      "select, insert on simon.customers",
      "select, insert on simon.articles",
      "select, insert on simon.work_addresses",
      "select, insert, update on simon.workorders",
      "select on simon.workorder_outcomes",
      "select on simon.usable_customers",
      "select on simon.usable_articles",
      "select on simon.known_work_addresses",
      "select on simon.workorder_results",
    ],
  },
];
