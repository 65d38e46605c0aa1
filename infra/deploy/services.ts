/** What a service owns in Postgres and what it may touch of others. */
export type ServiceGrants = {
  /** Role and, where the service owns one, schema: the service's name with underscores. */
  readonly role: string;
  /** Schema that the service's migrations make; null where it owns none. */
  readonly schema: string | null;
  /** Folder of its migrations, from the root of the tree; null where it has none. */
  readonly migrations: string | null;
  /** Grants on tables of other schemas. */
  readonly grants: readonly string[];
};

const READ_TENANTS = "select on integration.tenants";
const READ_SETTINGS = "select on integration.settings_versions";
const USE_CONNECTIONS = [
  "select on integration.connections",
  "update (access_token, refresh_token, previous_refresh_token, expires_at, refreshed_at, state, parked_until) on integration.connections",
];

/**
 * One role per service with the least grants it needs (architecture, decision 13). Migrations run in this order; all of
 * them come before the first grant.
 */
export const SERVICES: readonly ServiceGrants[] = [
  {
    role: "console",
    schema: "integration",
    migrations: "services/console/migrations",
    grants: [
      "select on all tables in schema simon",
      "select on all tables in schema log",
      "select on order_writer.orders",
      "select on order_writer.attempts",
      "select on order_writer.lanes",
      "select on all tables in schema unit4_poller",
      "update (decision, decided_at, decided_by, most) on unit4_poller.brakes",
      "update (next_due_at) on unit4_poller.schedules",
      "execute on function simon.empty_tenant(text, integer, text[])",
      "execute on function order_writer.withdraw_orders(text, integer)",
    ],
  },
  {
    role: "unit4_poller",
    schema: "unit4_poller",
    migrations: "services/unit4-poller/migrations",
    grants: [READ_TENANTS, READ_SETTINGS, ...USE_CONNECTIONS],
  },
  {
    role: "simon_projector",
    schema: "simon",
    migrations: "services/simon-projector/migrations",
    grants: [READ_TENANTS, READ_SETTINGS],
  },
  {
    role: "workorder_archived",
    schema: null,
    migrations: null,
    grants: [
      READ_TENANTS,
      READ_SETTINGS,
      "select on integration.activations",
      "select on simon.customers",
      "select on simon.articles",
    ],
  },
  {
    role: "order_writer",
    schema: "order_writer",
    migrations: "services/order-writer/migrations",
    grants: [READ_TENANTS, ...USE_CONNECTIONS],
  },
  { role: "log_sink", schema: "log", migrations: "services/log-sink/migrations", grants: [] },
  {
    role: "sandbox_simon",
    schema: null,
    migrations: null,
    grants: [
      READ_TENANTS,
      READ_SETTINGS,
      "select on all tables in schema simon",
      "insert, update, delete on simon.workorders",
      "insert, update, delete on simon.work_addresses",
      "insert on simon.customers",
      "insert on simon.articles",
    ],
  },
];
