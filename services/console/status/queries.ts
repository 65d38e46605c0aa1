import type { Queryable } from "../../shared/postgres.ts";
import { type ConnectionHealth, connectionHealth } from "../connection/queries.ts";
import { type EntityProgress, loadingOf } from "../loading/queries.ts";
import { SIGNATURE } from "../parts/audit-store.ts";
import { type Drift, driftOf, type LatestResync, latestResync } from "../resync/queries.ts";
import { countArchivedWhileOff } from "../workorders/while-off-queries.ts";
import { type OpenBrake, openBrakes } from "./brake-queries.ts";
import { type TenantState, tenantState } from "./state-queries.ts";

/** How calls to Unit4 went lately: failures in a row, and since when lists cannot be read. */
type Failing = {
  readonly failedPolls: number;
  readonly failedSendings: number;
  readonly failingSince: Date | null;
};

/** When Unit4 is read and Simon cleaned; null: not yet, or not planned. */
type Rhythm = {
  readonly lastScanAt: Date | null;
  readonly nextScanAt: Date | null;
  readonly lastCleaningAt: Date | null;
  readonly nextCleaningAt: Date | null;
};

/** What Simon has of a tenant, and the highest change date that Unit4 gave (rule L4). */
type SimonFigures = {
  readonly customers: number;
  readonly articles: number;
  /** Inactive or gone in Unit4, waiting for the cleaning. */
  readonly marked: number;
  /** yyyy-MM-dd. */
  readonly customersChangedOn: string | null;
  readonly articlesChangedOn: string | null;
};

/** Workorders by what became of them. */
type SettledCounts = { readonly written: number; readonly refused: number; readonly skipped: number };

/** Everything that a tenant's status page shows. */
export type TenantStatus = {
  readonly state: TenantState;
  readonly connection: ConnectionHealth;
  readonly failing: Failing;
  readonly rhythm: Rhythm;
  readonly figures: SimonFigures;
  readonly loading: readonly EntityProgress[];
  readonly brakes: readonly OpenBrake[];
  /** The latest time that somebody had the lists fetched; null where nobody ever did. */
  readonly resync: LatestResync | null;
  readonly drift: readonly Drift[];
  readonly whileOff: number;
  readonly settled: SettledCounts;
  /** When and by whom it was last switched on or off; null before the first activation. */
  readonly switched: { readonly at: Date; readonly by: string; readonly act: string } | null;
};

/** The status of a tenant. */
export async function tenantStatus(db: Queryable, tenantId: string): Promise<TenantStatus> {
  const state = await tenantState(db, tenantId);
  if (state === null) throw new TypeError(`There is no tenant ${tenantId}.`);
  return {
    state,
    connection: await connectionHealth(db, tenantId),
    failing: await failingOf(db, tenantId),
    rhythm: await rhythmOf(db, tenantId),
    figures: await simonFigures(db, tenantId),
    loading: await loadingOf(db, tenantId),
    brakes: await openBrakes(db, tenantId),
    resync: await latestResync(db, tenantId),
    drift: await driftOf(db, tenantId),
    whileOff: await countArchivedWhileOff(db, tenantId),
    settled: await settledCounts(db, tenantId),
    switched: await lastSwitch(db, tenantId),
  };
}

async function failingOf(db: Queryable, tenantId: string): Promise<Failing> {
  const { rows } = await db.query<Failing>(
    `select coalesce(s.failures, 0) as "failedPolls", coalesce(l.failures, 0) as "failedSendings",
       case when s.failures > 0 then s.failing_since end as "failingSince"
     from (select $1::text as tenant_id) one
     left join unit4_poller.schedules s using (tenant_id)
     left join order_writer.lanes l using (tenant_id)`,
    [tenantId],
  );
  return rows[0] ?? { failedPolls: 0, failedSendings: 0, failingSince: null };
}

async function rhythmOf(db: Queryable, tenantId: string): Promise<Rhythm> {
  const { rows } = await db.query<Rhythm>(
    `select s.last_scan_at as "lastScanAt", s.next_due_at as "nextScanAt", c.last_run_at as "lastCleaningAt",
       c.next_due_at as "nextCleaningAt"
     from (select $1::text as tenant_id) one
     left join unit4_poller.schedules s using (tenant_id)
     left join simon.cleaning_schedules c using (tenant_id)`,
    [tenantId],
  );
  return rows[0] ?? { lastScanAt: null, nextScanAt: null, lastCleaningAt: null, nextCleaningAt: null };
}

async function simonFigures(db: Queryable, tenantId: string): Promise<SimonFigures> {
  const { rows } = await db.query<SimonFigures>(
    `select c.present as customers, a.present as articles, c.marked + a.marked as marked,
       (select latest_changed_on::text from unit4_poller.progress where tenant_id = $1 and entity = 'customer')
         as "customersChangedOn",
       (select latest_changed_on::text from unit4_poller.progress where tenant_id = $1 and entity = 'article')
         as "articlesChangedOn"
     from (select count(*) filter (where state <> 'removed') as present,
         count(*) filter (where state in ('inactive', 'gone')) as marked
       from simon.customers where tenant_id = $1) c
     cross join (select count(*) filter (where state <> 'removed') as present,
         count(*) filter (where state in ('inactive', 'gone')) as marked
       from simon.articles where tenant_id = $1) a`,
    [tenantId],
  );
  return (
    rows[0] ?? { customers: 0, articles: 0, marked: 0, customersChangedOn: null, articlesChangedOn: null }
  );
}

async function settledCounts(db: Queryable, tenantId: string): Promise<SettledCounts> {
  const { rows } = await db.query<SettledCounts>(
    `select count(*) filter (where outcome = 'written') as written,
       count(*) filter (where outcome = 'refused') as refused, count(*) filter (where outcome = 'skipped') as skipped
     from simon.workorder_outcomes where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? { written: 0, refused: 0, skipped: 0 };
}

async function lastSwitch(db: Queryable, tenantId: string): Promise<TenantStatus["switched"]> {
  const { rows } = await db.query<{ at: Date; by: string; act: string }>(
    `select at, ${SIGNATURE} as by, act from integration.audit
     where tenant_id = $1 and act in ('ACTIVATED', 'DEACTIVATED') order by at desc, audit_id desc limit 1`,
    [tenantId],
  );
  return rows[0] ?? null;
}
