import type { Queryable } from "../shared/postgres.ts";

/** What a person did. */
export type Act = {
  /** null where it is about no tenant. */
  readonly tenantId: string | null;
  /** The person, by e-mail address or user name; a program by the name of its key. */
  readonly by: string;
  /** A word in capitals, such as SETTINGS_SAVED. */
  readonly act: string;
  readonly details?: object;
};

/** Adds to the audit log, which only grows. In the transaction of the act itself: neither stands without the other. */
export async function recordAct(db: Queryable, { tenantId, by, act, details = {} }: Act): Promise<void> {
  await db.query("insert into integration.audit (tenant_id, by, act, details) values ($1, $2, $3, $4)", [
    tenantId,
    by,
    act,
    details,
  ]);
}
