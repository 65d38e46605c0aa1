import type { Queryable } from "../../shared/postgres.ts";

/** Who acted. Only kind and id say who it was: names are chosen by those who have them. */
export type Actor = {
  /** What they were at the time: somebody of a tenant, an operator, a program's key, or one of our own programs. */
  readonly kind: "user" | "operator" | "key" | "service";
  /** The person's user id or the key's id; null for a service. */
  readonly id: number | null;
  /** What they were called at the time: a person's verified address or name, or the name of a key. */
  readonly name: string;
};

/** What somebody did. */
export type Act = {
  /** null where it is about no tenant. */
  readonly tenantId: string | null;
  readonly actor: Actor;
  /** A word in capitals, such as SETTINGS_SAVED. */
  readonly act: string;
  readonly details?: object;
};

/** Adds to the audit log, which only grows. In the transaction of the act itself: neither stands without the other. */
export async function recordAct(db: Queryable, { tenantId, actor, act, details = {} }: Act): Promise<void> {
  await db.query(
    `insert into integration.audit (tenant_id, actor_kind, actor_id, by, act, details)
     values ($1, $2, $3, $4, $5, $6)`,
    [tenantId, actor.kind, actor.id, actor.name, act, details],
  );
}

const LOOK = { act: "TENANT_VIEWED" } as const;

/**
 * Notes that an operator looked at a page of a tenant, once a quarter of an hour. In one statement, since pages wait for
 * it.
 * @param look.page the route, as it is registered
 */
export async function recordLook(
  db: Queryable,
  { tenantId, actor, page }: { readonly tenantId: string; readonly actor: Actor; readonly page: string },
): Promise<void> {
  await db.query({
    text: `with look as (
         select jsonb_build_object('page', $5::text, 'quarter',
           to_char(date_bin('15 minutes', now(), 'epoch') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')) as details)
       insert into integration.audit (tenant_id, actor_kind, actor_id, by, act, details)
       select $1, $2, $3, $4, '${LOOK.act}', look.details from look
       where not exists (
         select from integration.audit a
         where a.tenant_id = $1 and a.actor_kind = $2 and a.actor_id = $3 and a.details = look.details
           and a.act = '${LOOK.act}' and a.details ? 'quarter')
       on conflict do nothing`,
    values: [tenantId, actor.kind, actor.id, actor.name, page],
  });
}

/** A name to sign with where kind and id have no place of their own: a key is never taken for a person. */
export const signature = ({ kind, id, name }: Actor): string =>
  kind === "key" ? `${name} (API key ${id})` : name;

/** The same in SQL, of a row of the audit log. */
export const SIGNATURE = `case when actor_kind = 'key' then by || ' (API key ' || actor_id || ')' else by end`;

/** Few enough that nobody waits for it; what is left goes in the next beat. */
const MOST_FORGOTTEN = 20_000;

/** Removes acts that are older than so many days. */
export async function forgetOldActs(db: Queryable, days: number): Promise<void> {
  await db.query("select integration.forget_acts($1, $2)", [days, MOST_FORGOTTEN]);
}
