import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";
import { missingChecks, type SettingsField, settingsOf } from "../settings/domain/settings-draft.ts";
import { deleteDraft } from "../settings/draft-acts.ts";
import { findDraft } from "../settings/queries.ts";
import { type ActivationResult, activate } from "../switching/acts.ts";

/** Switches the integration on with the settings of the draft, all of which were checked (rules A5, A6). */
export async function activateDraft(
  visit: TenantVisit,
): Promise<ActivationResult | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] }> {
  const { tenantId, inTenant } = visit;
  const draft = await inTenant((tx) => findDraft(tx, tenantId));
  const settings = settingsOf(draft);
  if (settings === null) return { kind: "not-checked", fields: missingChecks(draft) };
  const result = await activate(visit, { administration: draft.values.administration, settings });
  if (result.kind === "activated") await inTenant((tx) => deleteDraft(tx, tenantId));
  return result;
}

/** Begins a round of the activation: the person accepted the terms. A round that is under way goes on. */
export function beginRound({ tenantId, actor, by, inTenant }: TenantVisit): Promise<void> {
  return inTenant(async (tx) => {
    const { rowCount } = await insertRound(tx, tenantId, by);
    if (rowCount === 1) await recordAct(tx, { tenantId, actor, act: "TERMS_ACCEPTED" });
  });
}

function insertRound(tx: Queryable, tenantId: string, by: string) {
  return tx.query(
    `insert into integration.activation_rounds (tenant_id, terms_accepted_by) values ($1, $2)
     on conflict (tenant_id) do nothing`,
    [tenantId, by],
  );
}
