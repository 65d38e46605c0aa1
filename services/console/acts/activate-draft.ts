import type { TenantVisit } from "../access/visit.ts";
import { deleteDraft, findDraft } from "../queries/settings-drafts.ts";
import { missingChecks, type SettingsField, settingsOf } from "../settings/domain/settings-draft.ts";
import { type ActivationOutcome, activate } from "../switching/acts.ts";

/** Switches the integration on with the settings of the draft, all of which were checked (rules A5, A6). */
export async function activateDraft(
  visit: TenantVisit,
): Promise<ActivationOutcome | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] }> {
  const { tenantId, inTenant } = visit;
  const draft = await inTenant((tx) => findDraft(tx, tenantId));
  const settings = settingsOf(draft);
  if (settings === null) return { kind: "not-checked", fields: missingChecks(draft) };
  const outcome = await activate(visit, { administration: draft.values.administration, settings });
  if (outcome.kind === "activated") await inTenant((tx) => deleteDraft(tx, tenantId));
  return outcome;
}
