import { Failure, isFailure } from "../shared/domain/failure.ts";
import { renewLeases } from "../shared/lease.ts";
import { type Beat, createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { MessageLog } from "../shared/messages.ts";
import { inTransaction, type Pool } from "../shared/postgres.ts";
import { createTenantRounds, type TenantRounds } from "../shared/tenant-rounds.ts";
import { CLEANED_ARTICLES } from "./cleaning-articles.ts";
import { CLEANED_CUSTOMERS } from "./cleaning-customers.ts";
import {
  type CleaningLease,
  finishCleaning,
  leaseDueCleaning,
  lockTenant,
  planCleanings,
  tenantsToSchedule,
} from "./cleaning-schedule.ts";
import type { CleanedTable } from "./cleaning-table.ts";
import { cleaningDoneMessage, cleaningPlan, nextCleaningAt, plannedCleaningAt } from "./domain/cleaning.ts";
import type { ProjectorTelemetry } from "./telemetry.ts";

export type CleaningTools = {
  readonly pool: Pool;
  /** Name of this process on its leases. */
  readonly instance: string;
  readonly messages: MessageLog;
  readonly telemetry: ProjectorTelemetry;
  /** Cron pattern in Dutch time. */
  readonly pattern: string;
  /** Rows in one transaction at most. */
  readonly batchRows?: number;
};

const BATCH_ROWS = 500;
/** In one look: a fleet of ten thousand is gone over in half an hour. */
const ROUND_TENANTS = 200;
/** Longer than a batch can take: its statements end after 60 s, its messages after 30 s. */
const LEASE_MS = 180_000;

/**
 * The cleaning (M3, M4, M6): looks for tenants whose cleaning is due and cleans them one by one; any number of
 * processes share the work. While Postgres or Kafka is down it waits; the rest of a cleaning that was cut off is done
 * when its lease has ended.
 */
export function createCleaning(
  context: LoopContext<"cleaning">,
  tools: CleaningTools & { readonly lookEveryMs: number },
): Loop {
  const rounds = createTenantRounds({
    most: ROUND_TENANTS,
    // A cleaning is between two looks while there is one to do.
    everyMs: Math.max(tools.lookEveryMs, LEASE_MS),
    connections: false,
  });
  return createLoop(context, {
    name: "cleaning",
    everyMs: tools.lookEveryMs,
    lost: "Nothing is cleaned any more",
    beat: (beat) => cleanNextTenant(tools, rounds, beat),
  });
}

/** @returns whether a tenant was cleaned */
async function cleanNextTenant(tools: CleaningTools, rounds: TenantRounds, beat: Beat): Promise<boolean> {
  await scheduleTenants(tools, await rounds.next(tools.pool));
  const lease = await leaseDueCleaning(tools.pool, { leaseMs: LEASE_MS, by: tools.instance });
  return lease !== null && (await cleanTenant(tools, lease, beat));
}

async function scheduleTenants(
  { pool, pattern }: CleaningTools,
  tenantIds: readonly string[],
): Promise<void> {
  const tenants = await tenantsToSchedule(pool, tenantIds);
  if (tenants.length === 0) return;
  await planCleanings(
    pool,
    tenants.map((tenant) => ({ ...tenant, dueAtMs: plannedCleaningAt(tenant, pattern) })),
  );
}

/** @returns false when it was not finished: the process stops, or the lease has gone to another one */
async function cleanTenant(tools: CleaningTools, lease: CleaningLease, beat: Beat): Promise<boolean> {
  const { tenantId, nowMs, dueAtMs } = lease;
  try {
    const customers = await cleanTable(tools, lease, CLEANED_CUSTOMERS, beat);
    const articles = await cleanTable(tools, lease, CLEANED_ARTICLES, beat);
    if (beat.stopping.aborted) return false;
    const counts = {
      customers: customers.removed,
      articles: articles.removed,
      kept: customers.kept + articles.kept,
    };
    const removed = counts.customers + counts.articles;
    if (removed + counts.kept > 0)
      await tools.messages.log([cleaningDoneMessage(tenantId, counts, { dueAtMs, nowMs })]);
    const nextDueAtMs = nextCleaningAt(nowMs, tenantId, tools.pattern);
    if (!(await finishCleaning(tools.pool, lease, { nextDueAtMs, removed }))) throw leaseLost(tenantId);
    tools.telemetry.cleaningDone(tenantId, counts);
    return true;
  } catch (error) {
    if (!isFailure(error, "LEASE_LOST")) throw error;
    tools.telemetry.cleaningLeaseLost(tenantId);
    return false;
  }
}

type TableCounts = { readonly removed: number; readonly kept: number };

async function cleanTable(
  tools: CleaningTools,
  lease: CleaningLease,
  table: CleanedTable,
  { stopping, progress }: Beat,
): Promise<TableCounts> {
  const limit = tools.batchRows ?? BATCH_ROWS;
  let [removed, kept, afterId] = [0, 0, ""];
  while (!stopping.aborted) {
    progress();
    const batch = await cleanBatch(tools, lease, table, { tenantId: lease.tenantId, afterId, limit });
    removed += batch.removed;
    kept += batch.kept;
    if (batch.lastId === null) break;
    afterId = batch.lastId;
  }
  tools.telemetry.rowsCleaned(table.entity, removed, kept);
  return { removed, kept };
}

type Page = Parameters<CleanedTable["candidates"]>[1];
type Batch = TableCounts & { readonly lastId: string | null };

/**
 * Decides and removes while the tenant is locked: a workorder opened at this moment either is seen here, or is refused
 * because what it wants was removed. Messages are with the broker before the rows are committed.
 */
function cleanBatch(
  { pool, messages }: CleaningTools,
  lease: CleaningLease,
  table: CleanedTable,
  page: Page,
): Promise<Batch> {
  const { tenantId, nowMs } = lease;
  return inTransaction(pool, async (tx) => {
    await lockTenant(tx, tenantId);
    const renewed = await renewLeases(tx, "simon.cleaning_schedules", [lease], LEASE_MS);
    if (renewed.length === 0) throw leaseLost(tenantId);
    const candidates = await table.candidates(tx, page);
    const plan = cleaningPlan({ tenantId, entity: table.entity, candidates, nowMs });
    if (plan.remove.length > 0) await table.remove(tx, tenantId, plan.remove);
    if (plan.keep.length > 0) await table.keep(tx, tenantId, plan.keep);
    await messages.log(plan.messages);
    const lastId = candidates.length < page.limit ? null : (candidates.at(-1)?.entityId ?? null);
    return { removed: plan.remove.length, kept: plan.keptCount, lastId };
  });
}

const leaseLost = (tenantId: string): Failure =>
  new Failure("LEASE_LOST", `The cleaning of ${tenantId} was taken over by another process.`);
