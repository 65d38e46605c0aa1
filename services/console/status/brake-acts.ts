import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";

export type BrakeAnswer = {
  readonly entity: "customer" | "article";
  /** Revision of the halt that the person saw. */
  readonly revision: number;
  readonly decision: "confirmed" | "dismissed";
};

/**
 * A person's answer to the question that they saw (rule M12). A confirmation lets the rows go that were missing then, at
 * most that many, and makes the tenant due at once: its list is read again first.
 * @returns false when that question is no longer open
 */
export function answerBrake(
  { tenantId, actor, by, inTenant }: TenantVisit,
  answer: BrakeAnswer,
): Promise<boolean> {
  return inTenant(async (tx) => {
    const isOpen = await decideBrake(tx, { ...answer, tenantId, by });
    const { entity, revision } = answer;
    const act = answer.decision === "confirmed" ? "DELETIONS_CONFIRMED" : "DELETIONS_DISMISSED";
    if (isOpen) await recordAct(tx, { tenantId, actor, act, details: { entity, revision } });
    return isOpen;
  });
}

/** Stores the decision. @returns false when that question is no longer open, or was answered */
export async function decideBrake(
  db: Queryable,
  answer: BrakeAnswer & { readonly tenantId: string; readonly by: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with decided as (
       update unit4_poller.brakes
       set decision = $4, decided_at = now(), decided_by = $5, most = case when $4 = 'confirmed' then missing else 0 end
       where tenant_id = $1 and entity = $2 and revision = $3 and decision is null
       returning tenant_id),
     due as (
       update unit4_poller.schedules set next_due_at = now()
       where $4 = 'confirmed' and tenant_id in (select tenant_id from decided))
     select from decided`,
    [answer.tenantId, answer.entity, answer.revision, answer.decision, answer.by],
  );
  return rowCount === 1;
}
