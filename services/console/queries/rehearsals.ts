import type { Queryable } from "../../shared/postgres.ts";
import type { RehearsalCounts, RehearsalCursor } from "../rehearsal/domain/rehearsal.ts";
import type { CheckCode, DraftValues } from "../settings/domain/settings-draft.ts";

/** What of the draft decides over what comes over. */
export type RehearsalChoices = Pick<DraftValues, "administration" | "articleGroups" | "articleTypes">;

/** A rehearsal (rule A10), running or ended. */
export type Rehearsal = {
  readonly state: "running" | "done" | "failed";
  readonly choices: RehearsalChoices;
  readonly cursor: RehearsalCursor;
  readonly counts: RehearsalCounts;
  /** Why Unit4 could not be read; null where it could. */
  readonly trouble: { readonly code: CheckCode; readonly params: Readonly<Record<string, string>> } | null;
  readonly startedAt: Date;
  readonly changedAt: Date;
};

const COLUMNS = `state, choices, cursor, counts, trouble, started_at as "startedAt", changed_at as "changedAt"`;

/** The tenant's latest rehearsal; null before the first. */
export async function findRehearsal(db: Queryable, tenantId: string): Promise<Rehearsal | null> {
  const { rows } = await db.query<Rehearsal>(
    `select ${COLUMNS} from integration.rehearsals where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** Begins a rehearsal in place of an earlier one. */
export async function insertRehearsal(
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
       counts = excluded.counts, trouble = null, started_at = now(), changed_at = now(), lease_until = '-infinity'`,
    [rehearsal.tenantId, rehearsal.choices, rehearsal.cursor, rehearsal.counts],
  );
}

/**
 * Goes on with a rehearsal that failed, where it was: a long list need not be read anew because Unit4 was away for a moment.
 * @returns whether it does; not when it failed so long ago that the lists may be others by now
 */
export async function resumeRehearsal(db: Queryable, tenantId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update integration.rehearsals set state = 'running', trouble = null, changed_at = now()
     where tenant_id = $1 and state = 'failed' and changed_at > now() - interval '1 hour'`,
    [tenantId],
  );
  return rowCount === 1;
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

/** Takes a running rehearsal that nobody works on, for a page's time; null when there is none. */
export async function leaseRehearsal(
  db: Queryable,
  leaseMs: number,
): Promise<(Rehearsal & { readonly tenantId: string }) | null> {
  const { rows } = await db.query<Rehearsal & { tenantId: string }>(
    `update integration.rehearsals set lease_until = now() + $1 * interval '1 millisecond'
     where tenant_id = (select tenant_id from integration.rehearsals
       where state = 'running' and lease_until <= now() order by changed_at limit 1 for update skip locked)
     returning tenant_id as "tenantId", ${COLUMNS}`,
    [leaseMs],
  );
  return rows[0] ?? null;
}

/** Keeps how far it is, unless it was begun anew meanwhile. */
export async function saveRehearsal(
  db: Queryable,
  rehearsal: Pick<Rehearsal, "state" | "cursor" | "counts" | "trouble" | "startedAt"> & {
    readonly tenantId: string;
  },
): Promise<void> {
  await db.query(
    `update integration.rehearsals
     set state = $3, cursor = $4, counts = $5, trouble = $6, changed_at = now(), lease_until = '-infinity'
     where tenant_id = $1 and date_trunc('milliseconds', started_at) = $2 and state = 'running'`,
    [
      rehearsal.tenantId,
      rehearsal.startedAt,
      rehearsal.state,
      rehearsal.cursor,
      rehearsal.counts,
      rehearsal.trouble === null ? null : JSON.stringify(rehearsal.trouble),
    ],
  );
}
