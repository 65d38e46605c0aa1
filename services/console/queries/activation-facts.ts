import type { Queryable } from "../../shared/postgres.ts";
import { missingChecks } from "../settings/domain/settings-draft.ts";
import type { ActivationFacts } from "../wizard/domain/activation-step.ts";
import { findDraft } from "./settings-drafts.ts";

/** Where a tenant's people are in the activation. `isFirstTime`: nothing was ever emptied. */
export async function activationFacts(
  db: Queryable,
  tenantId: string,
): Promise<ActivationFacts & { readonly isFirstTime: boolean }> {
  const { rows } = await db.query<Omit<ActivationFacts, "isChecked"> & { isFirstTime: boolean }>(
    `select t.status = 'active' as "isActive", r.tenant_id is not null as "isBegun",
       r.emptied_at is not null as "isEmptyingChosen",
       not exists (select from integration.emptyings e where e.tenant_id = $1 and e.finished_at is null)
         as "isEmptyingFinished",
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
