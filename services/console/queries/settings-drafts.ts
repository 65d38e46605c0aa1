import type { Queryable } from "../../shared/postgres.ts";
import { currentSettings } from "../../shared/tenants.ts";
import { type Draft, draftOf } from "../settings/domain/settings-draft.ts";

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
  const current = await currentSettings(db, tenantId);
  const administration = await administrationOf(db, tenantId);
  const draft = draftOf(current?.settings ?? null, administration, current?.version ?? 0);
  return { ...draft, changedBy: null, changedAt: null };
}

async function administrationOf(db: Queryable, tenantId: string): Promise<string | null> {
  const { rows } = await db.query<{ administration: string | null }>(
    "select administration from integration.tenants where tenant_id = $1",
    [tenantId],
  );
  return rows[0]?.administration ?? null;
}

/** Keeps a draft in place of an earlier one. */
export async function storeDraft(
  db: Queryable,
  draft: Draft & { readonly tenantId: string; readonly by: string },
): Promise<void> {
  await db.query(
    `insert into integration.settings_drafts as d (tenant_id, values, checks, based_on, changed_by)
     values ($1, $2, $3, $4, $5)
     on conflict (tenant_id) do update set values = excluded.values, checks = excluded.checks,
       based_on = excluded.based_on, changed_by = excluded.changed_by, changed_at = now()`,
    [draft.tenantId, draft.values, draft.checks, draft.basedOn, draft.by],
  );
}

/** Adds checks to the draft, if it still has the values that were checked. @returns whether it has */
export async function storeChecks(
  db: Queryable,
  checked: { readonly tenantId: string; readonly values: Draft["values"]; readonly checks: Draft["checks"] },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.settings_drafts set checks = checks || $3::jsonb, changed_at = now()
     where tenant_id = $1 and values = $2::jsonb`,
    [checked.tenantId, checked.values, checked.checks],
  );
  return rowCount === 1;
}

/** Takes the draft away. */
export async function deleteDraft(db: Queryable, tenantId: string): Promise<void> {
  await db.query("delete from integration.settings_drafts where tenant_id = $1", [tenantId]);
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
