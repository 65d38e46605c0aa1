import type { Queryable } from "../../shared/postgres.ts";
import { missingChecks } from "../settings/domain/settings-draft.ts";
import { findDraft } from "../settings/queries.ts";
import type { ActivationFacts } from "../wizard/domain/activation-step.ts";

/** What decides over the pages of the activation. */
type Facts = ActivationFacts & {
  /** Nothing was ever emptied. */
  readonly isFirstTime: boolean;
  /** Something was emptied since the terms were accepted. */
  readonly isEmptiedInRound: boolean;
};

/** Where a tenant's people are in the activation. */
export async function activationFacts(db: Queryable, tenantId: string): Promise<Facts> {
  const { rows } = await db.query<Omit<Facts, "isChecked">>(
    `select t.status = 'active' as "isActive", r.tenant_id is not null as "isBegun",
       r.emptied_at is not null as "isEmptyingChosen",
       not exists (select from integration.emptyings e where e.tenant_id = $1 and e.finished_at is null)
         as "isEmptyingFinished",
       exists (select from integration.emptyings e where e.tenant_id = $1 and e.at >= r.terms_accepted_at)
         as "isEmptiedInRound",
       not exists (select from integration.emptyings e where e.tenant_id = $1) as "isFirstTime",
       coalesce(c.state = 'connected', false) as "isConnected"
     from integration.tenants t
     left join integration.activation_rounds r using (tenant_id)
     left join integration.connections c using (tenant_id)
     where t.tenant_id = $1`,
    [tenantId],
  );
  const [facts] = rows;
  if (facts === undefined) throw new TypeError(`There is no tenant ${tenantId}.`);
  return { ...facts, isChecked: missingChecks(await findDraft(db, tenantId)).length === 0 };
}
