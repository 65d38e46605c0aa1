import type { Queryable } from "../../shared/postgres.ts";
import type { PlaceReport } from "../emptying/domain/erasing-report.ts";

/** A tenant that is being removed, or was. */
export type Removal = {
  readonly tenantId: string;
  /** Empty once it is removed. */
  readonly tenantName: string;
  readonly askedBy: number;
  /** Name of who asked, as long as that is known. */
  readonly askedByName: string;
  readonly askedAt: Date;
  readonly confirmedAt: Date | null;
  readonly finishedAt: Date | null;
  /** What was done in each place; null before the end. */
  readonly report: readonly PlaceReport[] | null;
};

const MOST = 200;

/** Removals, the latest first: those that wait for a second person, those under way and those that are done. */
export async function listRemovals(db: Queryable): Promise<readonly Removal[]> {
  const { rows } = await db.query<Removal>(
    `select r.tenant_id as "tenantId", t.name as "tenantName", r.asked_by as "askedBy", u.name as "askedByName",
       r.asked_at as "askedAt", r.confirmed_at as "confirmedAt", e.finished_at as "finishedAt", e.report
     from integration.removals r
     join integration.tenants t using (tenant_id)
     join integration.users u on u.user_id = r.asked_by
     left join integration.emptyings e on e.tenant_id = r.tenant_id and e.epoch = r.epoch
     order by r.asked_at desc limit ${MOST}`,
  );
  return rows;
}
