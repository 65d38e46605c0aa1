import type { Queryable } from "../../shared/postgres.ts";
import type { PlaceReport } from "./domain/erasing-report.ts";
import type { PartCounts, SimonPart } from "./domain/simon-parts.ts";

/** How the latest emptying stands. */
export type EmptyingState = {
  readonly epoch: number;
  readonly parts: readonly SimonPart[];
  readonly counts: Readonly<Record<string, number>>;
  readonly by: string;
  readonly at: Date;
  /** Whether all rows are gone; then tombstones are sent. */
  readonly areRowsGone: boolean;
  /** Rows that are gone, of how many; once all are, tombstones that the brokers have, of how many. */
  readonly done: number;
  readonly total: number;
  readonly finishedAt: Date | null;
  /** What was done in each place; null before the end. */
  readonly report: readonly PlaceReport[] | null;
};

/** What Simon has of a tenant now: what an emptying would take. */
export async function simonCounts(db: Queryable, tenantId: string): Promise<PartCounts> {
  const { rows } = await db.query<PartCounts>(
    `select
       (select count(*) from simon.customers where tenant_id = $1 and state <> 'removed') as customers,
       (select count(*) from simon.work_addresses where tenant_id = $1) as "workAddresses",
       (select count(*) from simon.articles where tenant_id = $1 and state <> 'removed') as articles,
       (select count(*) from simon.workorders where tenant_id = $1) as workorders`,
    [tenantId],
  );
  return rows[0] ?? { customers: 0, workAddresses: 0, articles: 0, workorders: 0 };
}

/** The latest emptying of a tenant; null before the first. */
export async function latestEmptying(db: Queryable, tenantId: string): Promise<EmptyingState | null> {
  const { rows } = await db.query<EmptyingState>(
    `select e.epoch, e.parts, e.counts, e.by, e.at, e.finished_at as "finishedAt", e.report,
       e.rows_gone_at is not null as "areRowsGone",
       case when e.rows_gone_at is null then e.rows_due else e.tombstones end as total,
       case when e.rows_gone_at is null
         then (select coalesce(sum(value::bigint), 0) from jsonb_each_text(e.counts))::bigint
         else e.tombstones - (select count(*) from integration.tombstones_due d
           where d.tenant_id = $1 and d.epoch = e.epoch) end as done
     from integration.emptyings e where e.tenant_id = $1 order by e.epoch desc limit 1`,
    [tenantId],
  );
  return rows[0] ?? null;
}
