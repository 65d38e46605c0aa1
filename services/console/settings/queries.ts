import type { Queryable } from "../../shared/postgres.ts";
import { currentSettings, findTenants } from "../../shared/tenants.ts";
import { type Draft, draftOf } from "./domain/settings-draft.ts";

/** A tenant's settings being changed. */
export type StoredDraft = Draft & {
  /** null: nobody has changed anything. */
  readonly changedBy: string | null;
  readonly changedAt: Date | null;
};

/** The draft of a tenant: what was changed and not saved, else what is in force. */
export async function findDraft(db: Queryable, tenantId: string): Promise<StoredDraft> {
  const { rows } = await db.query<StoredDraft>(
    `select values, checks, based_on as "basedOn", changed_by as "changedBy", changed_at as "changedAt"
     from integration.settings_drafts where tenant_id = $1`,
    [tenantId],
  );
  const stored = rows[0];
  if (stored !== undefined) return stored;
  return { ...(await draftInForce(db, tenantId)), changedBy: null, changedAt: null };
}

/** What is in force as a draft without checks: the settings of the latest version, the administration of the tenant. */
export async function draftInForce(db: Queryable, tenantId: string): Promise<Draft> {
  const current = await currentSettings(db, tenantId);
  const tenant = (await findTenants(db, [tenantId])).get(tenantId);
  return draftOf(current?.settings ?? null, tenant?.administration ?? null, current?.version ?? 0);
}

/** A version of the settings with who saved it and when; the newest first. */
export type SavedVersion = {
  readonly version: number;
  readonly savedAt: Date;
  readonly savedBy: string;
  readonly settings: unknown;
};

export async function savedVersions(db: Queryable, tenantId: string): Promise<readonly SavedVersion[]> {
  const { rows } = await db.query<SavedVersion>(
    `select version, valid_from as "savedAt", saved_by as "savedBy", settings
     from integration.settings_versions where tenant_id = $1 order by version desc limit 200`,
    [tenantId],
  );
  return rows;
}
