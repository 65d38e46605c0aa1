import type { Queryable } from "../../shared/postgres.ts";
import type { CheckCode, RehearsalChoices } from "../settings/domain/settings-draft.ts";
import type { RehearsalCounts, RehearsalCursor } from "./domain/rehearsal.ts";

/** A rehearsal (rule A10), running or ended. */
export type Rehearsal = {
  readonly state: "running" | "done" | "failed";
  readonly choices: RehearsalChoices;
  readonly cursor: RehearsalCursor;
  readonly counts: RehearsalCounts;
  /** Why Unit4 could not be read; null where it could. */
  readonly failure: { readonly code: CheckCode; readonly params: Readonly<Record<string, string>> } | null;
  readonly startedAt: Date;
  readonly changedAt: Date;
};

/** The columns of a rehearsal, by the names of its members. */
export const REHEARSAL_COLUMNS = `state, choices, cursor, counts, trouble as failure, started_at as "startedAt", changed_at as "changedAt"`;

/** The tenant's latest rehearsal; null before the first. */
export async function findRehearsal(db: Queryable, tenantId: string): Promise<Rehearsal | null> {
  const { rows } = await db.query<Rehearsal>(
    `select ${REHEARSAL_COLUMNS} from integration.rehearsals where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** What a rehearsal of these settings would be about. */
export const rehearsalChoices = ({
  administration,
  articleGroups,
  articleTypes,
}: RehearsalChoices): RehearsalChoices => ({ administration, articleGroups, articleTypes });

/** The tenant's latest rehearsal, if it is of these very choices; null when there is none. */
export async function rehearsalOf(
  db: Queryable,
  tenantId: string,
  choices: RehearsalChoices,
): Promise<Rehearsal | null> {
  const known = await findRehearsal(db, tenantId);
  return known !== null && isOf(known, choices) ? known : null;
}

const isOf = ({ choices: one }: Rehearsal, other: RehearsalChoices): boolean =>
  one.administration === other.administration &&
  one.articleGroups.join("\n") === other.articleGroups.join("\n") &&
  one.articleTypes.join() === other.articleTypes.join();

/** Orders that are on their way to an administration. */
export type OrdersUnderway = { readonly administration: string; readonly count: number };

/** Orders that are not settled and were made for another administration than the one that is chosen (case O28). */
export async function ordersElsewhere(
  db: Queryable,
  tenantId: string,
  chosen: string,
): Promise<readonly OrdersUnderway[]> {
  const { rows } = await db.query<OrdersUnderway>(
    `select request ->> 'administration' as administration, count(*)::int as count
     from order_writer.orders
     where tenant_id = $1 and state in ('waiting', 'sending', 'unknown')
       and nullif(request ->> 'administration', '') <> $2
     group by 1 order by 1`,
    [tenantId, chosen],
  );
  return rows;
}
