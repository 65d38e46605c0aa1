import type { Queryable } from "../../shared/postgres.ts";
import type { Actor } from "../parts/audit-store.ts";

/** Which acts are shown; an empty text chooses all. */
export type AuditChoice = {
  readonly tenantId: string;
  /** What the person or program was called, character for character. */
  readonly by: string;
  /** The person or key itself; null for all. */
  readonly actor: ActorChoice | null;
  readonly act: string;
  /** Days of the Dutch clock, yyyy-MM-dd, both included. */
  readonly from: string;
  readonly to: string;
  /** Older than this one; null for the newest. */
  readonly before: number | null;
};

/** `user`: a person, whatever their role was. */
export type ActorChoice = { readonly kind: "user" | "key"; readonly id: number };

export type AuditRow = {
  readonly auditId: number;
  readonly at: Date;
  readonly tenantId: string | null;
  /** `unknown`: noted before ids were; the name alone says little. */
  readonly actorKind: Actor["kind"] | "unknown";
  readonly actorId: number | null;
  readonly by: string;
  readonly act: string;
  readonly details: Readonly<Record<string, unknown>>;
};

export type AuditPage = {
  readonly rows: readonly AuditRow[];
  /** `before` of the page with older ones; null when there are none. */
  readonly older: number | null;
};

const PAGE_ROWS = 50;

/** Acts of people and programs, the newest first. */
export async function listActs(db: Queryable, choice: AuditChoice): Promise<AuditPage> {
  const { rows } = await db.query<AuditRow>(
    `select audit_id as "auditId", at, tenant_id as "tenantId",
       coalesce(actor_kind, 'unknown') as "actorKind", actor_id as "actorId", by, act, details from integration.audit
     where ($1 = '' or tenant_id = $1) and ($2 = '' or by = $2) and ($3 = '' or act = $3)
       and ($4 = '' or at >= nullif($4, '')::date::timestamp at time zone 'Europe/Amsterdam')
       and ($5 = '' or at < (nullif($5, '')::date + 1)::timestamp at time zone 'Europe/Amsterdam')
       and ($6::bigint is null
         or (at, audit_id) < ((select at from integration.audit where audit_id = $6), $6))
       and ($8::bigint is null
         or actor_id = $8 and actor_kind = any(case $7 when 'key' then array['key'] else array['user', 'operator'] end))
     order by at desc, audit_id desc limit ${PAGE_ROWS + 1}`,
    [
      ...[choice.tenantId, choice.by, choice.act, choice.from, choice.to, choice.before],
      ...[choice.actor?.kind ?? "", choice.actor?.id ?? null],
    ],
  );
  const shown = rows.slice(0, PAGE_ROWS);
  return { rows: shown, older: rows.length > PAGE_ROWS ? (shown.at(-1)?.auditId ?? null) : null };
}
