import type { TenantVisit } from "../access/visit.ts";
import {
  findRehearsal,
  insertRehearsal,
  type Rehearsal,
  type RehearsalChoices,
  resumeRehearsal,
} from "../queries/rehearsals.ts";
import { findDraft } from "../queries/settings-drafts.ts";
import { FIRST_PAGE, NO_ROWS_YET } from "../rehearsal/domain/rehearsal.ts";
import { missingChecks, type SettingsField } from "../settings/domain/settings-draft.ts";

export type RehearsalOutcome =
  | { readonly kind: "rehearsal"; readonly rehearsal: Rehearsal }
  | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] };

/**
 * The rehearsal of the present draft (rule A10): begun where there is none of these very choices, or where `again` asks
 * for it; one that failed a moment ago goes on where it was. It runs by itself (rehearsal-loop.ts).
 */
export function rehearse({ tenantId, inTenant }: TenantVisit, again: boolean): Promise<RehearsalOutcome> {
  return inTenant(async (tx) => {
    const draft = await findDraft(tx, tenantId);
    const fields = missingChecks(draft);
    if (fields.length > 0) return { kind: "not-checked", fields };
    const { administration, articleGroups, articleTypes } = draft.values;
    const choices: RehearsalChoices = { administration, articleGroups, articleTypes };
    const known = await findRehearsal(tx, tenantId);
    const isKnown = known !== null && isOf(known, choices);
    if (isKnown && !again) return { kind: "rehearsal", rehearsal: known };
    if (!isKnown || !(await resumeRehearsal(tx, tenantId))) {
      const counts = { customers: NO_ROWS_YET, articles: NO_ROWS_YET };
      await insertRehearsal(tx, { tenantId, choices, cursor: FIRST_PAGE, counts });
    }
    const begun = await findRehearsal(tx, tenantId);
    if (begun === null) throw new TypeError("A rehearsal that was begun is not there.");
    return { kind: "rehearsal", rehearsal: begun };
  });
}

const isOf = ({ choices: one }: Rehearsal, other: RehearsalChoices): boolean =>
  one.administration === other.administration &&
  one.articleGroups.join("\n") === other.articleGroups.join("\n") &&
  one.articleTypes.join() === other.articleTypes.join();
