import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken } from "../../shared/lease.ts";
import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import {
  missingChecks,
  type RehearsalChoices,
  type SettingsField,
} from "../settings/domain/settings-draft.ts";
import { findDraft } from "../settings/queries.ts";
import { FIRST_PAGE, NO_ROWS_YET, type RehearsalCounts, type RehearsalCursor } from "./domain/rehearsal.ts";
import {
  findRehearsal,
  REHEARSAL_COLUMNS,
  type Rehearsal,
  rehearsalChoices,
  rehearsalOf,
} from "./queries.ts";

export type RehearsalResult =
  | { readonly kind: "rehearsal"; readonly rehearsal: Rehearsal }
  | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] };

/**
 * The rehearsal of the present draft (rule A10): begun where there is none of these very choices, or where `again` asks
 * for it; one that failed a moment ago goes on where it was. It runs by itself (loop.ts).
 */
export function rehearse({ tenantId, inTenant }: TenantVisit, again: boolean): Promise<RehearsalResult> {
  return inTenant(async (tx) => {
    const draft = await findDraft(tx, tenantId);
    const fields = missingChecks(draft);
    if (fields.length > 0) return { kind: "not-checked", fields };
    const choices = rehearsalChoices(draft.values);
    const known = await rehearsalOf(tx, tenantId, choices);
    if (known !== null && !again) return { kind: "rehearsal", rehearsal: known };
    if (known === null || !(await resumeRehearsal(tx, tenantId))) {
      const counts = { customers: NO_ROWS_YET, articles: NO_ROWS_YET };
      await insertRehearsal(tx, { tenantId, choices, cursor: FIRST_PAGE, counts });
    }
    const begun = await findRehearsal(tx, tenantId);
    if (begun === null) throw new TypeError("A rehearsal that was begun is not there.");
    return { kind: "rehearsal", rehearsal: begun };
  });
}

/** Begins a rehearsal in place of an earlier one. */
async function insertRehearsal(
  db: Queryable,
  rehearsal: {
    readonly tenantId: string;
    readonly choices: RehearsalChoices;
    readonly cursor: RehearsalCursor;
    readonly counts: RehearsalCounts;
  },
): Promise<void> {
  await db.query(
    `insert into integration.rehearsals (tenant_id, choices, cursor, counts) values ($1, $2, $3, $4)
     on conflict (tenant_id) do update set state = 'running', choices = excluded.choices, cursor = excluded.cursor,
       counts = excluded.counts, trouble = null, started_at = now(), changed_at = now(),
       lease_token = rehearsals.lease_token + 1, lease_until = '-infinity', leased_by = ''`,
    [rehearsal.tenantId, rehearsal.choices, rehearsal.cursor, rehearsal.counts],
  );
}

/**
 * Goes on with a rehearsal that failed, where it was: a long list need not be read anew because Unit4 was away for a moment.
 * @returns whether it does; not when it failed so long ago that the lists may be others by now
 */
async function resumeRehearsal(db: Queryable, tenantId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.rehearsals set state = 'running', trouble = null, changed_at = now()
     where tenant_id = $1 and state = 'failed' and changed_at > now() - interval '1 hour'`,
    [tenantId],
  );
  return rowCount === 1;
}

/** A running rehearsal, for a page's time. */
export type LeasedRehearsal = Rehearsal & Lease;

/** Takes a running rehearsal that nobody works on; null when there is none. */
export async function leaseRehearsal(
  db: Queryable,
  { leaseMs, by }: LeaseTerms,
): Promise<LeasedRehearsal | null> {
  const { rows } = await db.query<LeasedRehearsal>(
    `update integration.rehearsals r set ${leaseTaken("r", { leaseMs: "$1", by: "$2" })}
     where tenant_id = (select tenant_id from integration.rehearsals
       where state = 'running' and lease_until <= now() order by changed_at limit 1 for update skip locked)
     returning tenant_id as "tenantId", lease_token as token, ${REHEARSAL_COLUMNS}`,
    [leaseMs, by],
  );
  return rows[0] ?? null;
}

/** Keeps how far it is and ends the lease, unless it was begun anew or somebody else goes on with it by now. */
export async function saveRehearsal(
  db: Queryable,
  { tenantId, token }: Lease,
  rehearsal: Pick<Rehearsal, "state" | "cursor" | "counts" | "failure">,
): Promise<void> {
  await db.query(
    `update integration.rehearsals
     set ${LEASE_ENDED}, state = $3, cursor = $4, counts = $5, trouble = $6, changed_at = now()
     where tenant_id = $1 and lease_token = $2 and state = 'running'`,
    [
      tenantId,
      token,
      rehearsal.state,
      rehearsal.cursor,
      rehearsal.counts,
      rehearsal.failure === null ? null : JSON.stringify(rehearsal.failure),
    ],
  );
}
