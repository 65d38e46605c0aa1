import type { Pool, Queryable } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";
import { lockTenant } from "../parts/tenant-row.ts";
import { insertSettings } from "../switching/acts.ts";
import { checkSoon } from "./check-acts.ts";
import {
  changedDraft,
  type Draft,
  type DraftValues,
  type FieldCheck,
  missingChecks,
  type SettingsChange,
  type SettingsField,
  settingsDifference,
  settingsOf,
} from "./domain/settings-draft.ts";
import { cancelOtherRehearsal, deleteDraft, storeChecks, storeDraft } from "./draft-acts.ts";
import { type CheckingUnit4, checkField } from "./live-checks.ts";
import { draftInForce, findDraft } from "./queries.ts";

/**
 * Keeps changed values; any change drops every check (rule A5), and a rehearsal of other choices.
 * @returns the draft as it is now
 */
export function changeDraft({ tenantId, by, inTenant }: TenantVisit, values: DraftValues): Promise<Draft> {
  return inTenant(async (tx) => {
    const before = await findDraft(tx, tenantId);
    const draft = changedDraft(before, values);
    if (draft !== before || before.changedBy === null) await storeDraft(tx, { ...draft, tenantId, by });
    await cancelOtherRehearsal(tx, tenantId, values);
    return draft;
  });
}

/**
 * Checks fields of the draft live against Unit4, all of them at one time at most, and keeps what was found unless
 * somebody changed the values meanwhile.
 * @returns the draft as it is afterwards
 */
export async function checkDraft(
  visit: TenantVisit,
  tools: { readonly unit4: CheckingUnit4; readonly pool: Pool; readonly nowMs: () => number },
  fields: readonly SettingsField[],
): Promise<Draft> {
  const { tenantId, inTenant } = visit;
  const { values, keptAdministration } = await inTenant(async (tx) => ({
    values: (await findDraft(tx, tenantId)).values,
    keptAdministration: await administrationInForce(tx, tenantId),
  }));
  const isAdministrationTaken = await isTaken(tools.pool, tenantId, values.administration);
  const context = { unit4: tools.unit4, tenantId, values, isAdministrationTaken, keptAdministration };
  const checks: { [F in SettingsField]?: FieldCheck } = {};
  for (const field of fields) {
    const found = await checkField(context, field);
    checks[field] = { ...found, at: tools.nowMs() };
  }
  return inTenant(async (tx) => {
    await storeChecks(tx, { tenantId, values, checks });
    return findDraft(tx, tenantId);
  });
}

/** The administration that a tenant keeps as long as it is active: another one is another epoch (rule A9). */
async function administrationInForce(tx: Queryable, tenantId: string): Promise<string | null> {
  const tenant = (await findTenants(tx, [tenantId])).get(tenantId);
  return tenant?.status === "active" ? tenant.administration : null;
}

/** Whether another active tenant has this administration (rule A11); asked across tenants, says nothing else of them. */
async function isTaken(db: Queryable, tenantId: string, administration: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "select from integration.tenants where administration = $2 and status = 'active' and tenant_id <> $1",
    [tenantId, administration],
  );
  return (rowCount ?? 0) > 0;
}

export type SavingResult =
  | { readonly kind: "saved"; readonly version: number; readonly difference: readonly SettingsChange[] }
  | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] }
  /** Somebody saved another version since this change began: what it changed. */
  | { readonly kind: "changed-meanwhile"; readonly difference: readonly SettingsChange[] }
  /** Settings of an inactive tenant are saved by activating it. */
  | { readonly kind: "inactive" };

/** Saves the draft as a new version, in force from now and never backwards (rules A5, W18). */
export function saveDraft(visit: TenantVisit): Promise<SavingResult> {
  const { tenantId, actor, by, inTenant } = visit;
  return inTenant(async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    if (tenant.status !== "active") return { kind: "inactive" };
    const draft = await findDraft(tx, tenantId);
    const settings = settingsOf(draft);
    if (settings === null) return { kind: "not-checked", fields: missingChecks(draft) };
    // Checked while the tenant was inactive, perhaps.
    if (draft.values.administration !== tenant.administration)
      return { kind: "not-checked", fields: ["administration"] };
    const inForce = await draftInForce(tx, tenantId);
    if (inForce.basedOn !== draft.basedOn)
      return { kind: "changed-meanwhile", difference: settingsDifference(draft.values, inForce.values) };
    const difference = settingsDifference(inForce.values, draft.values);
    await insertSettings(tx, { tenantId, by }, settings);
    await deleteDraft(tx, tenantId);
    await checkSoon(tx, tenantId);
    await recordAct(tx, { tenantId, actor, act: "SETTINGS_SAVED", details: { difference } });
    return { kind: "saved", version: inForce.basedOn + 1, difference };
  });
}

/** Drops what was changed and not saved: the form shows what is in force again. */
export function dropDraft({ tenantId, inTenant }: TenantVisit): Promise<void> {
  return inTenant((tx) => deleteDraft(tx, tenantId));
}
