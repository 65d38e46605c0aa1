import type { Queryable } from "../../shared/postgres.ts";
import type { Draft, RehearsalChoices } from "./domain/settings-draft.ts";

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

/** Ends and forgets a rehearsal that is about other choices than these. */
export async function cancelOtherRehearsal(
  db: Queryable,
  tenantId: string,
  { administration, articleGroups, articleTypes }: RehearsalChoices,
): Promise<void> {
  const choices: RehearsalChoices = { administration, articleGroups, articleTypes };
  await db.query("delete from integration.rehearsals where tenant_id = $1 and choices <> $2::jsonb", [
    tenantId,
    choices,
  ]);
}
