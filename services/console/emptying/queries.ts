import type { Queryable } from "../../shared/postgres.ts";
import type { PartCounts, SimonPart } from "./domain/simon-parts.ts";

/** How the latest emptying stands. */
export type EmptyingState = {
  readonly epoch: number;
  readonly parts: readonly SimonPart[];
  readonly counts: Readonly<Record<string, number>>;
  readonly by: string;
  readonly at: Date;
  /** Tombstones that the brokers have, of how many. */
  readonly done: number;
  readonly total: number;
  readonly finishedAt: Date | null;
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
    `select e.epoch, e.parts, e.counts, e.by, e.at, e.tombstones as total, e.finished_at as "finishedAt",
       e.tombstones - (select count(*) from integration.tombstones_due d
         where d.tenant_id = $1 and d.epoch = e.epoch)::integer as done
     from integration.emptyings e where e.tenant_id = $1 order by e.epoch desc limit 1`,
    [tenantId],
  );
  return rows[0] ?? null;
}
