import type { Queryable } from "../../shared/postgres.ts";
import type { ToldFindings } from "./domain/settings-watch.ts";

/** A tenant whose settings are looked at now. */
export type SettingsCheck = { readonly tenantId: string; readonly told: ToldFindings };

/** A tenant's own minute of the night, so that not all ask Unit4 at once. */
const OWN_MINUTE = (tenant: string, minutes: string): string =>
  `(abs(hashtextextended(${tenant}, 0)) % ${minutes}) * interval '1 minute'`;

/** Plans the first look at each active tenant that has none planned. */
export async function planChecks(db: Queryable, night: Date, spreadMinutes: number): Promise<void> {
  await db.query(
    `insert into integration.settings_checks (tenant_id, next_due_at)
     select tenant_id, $1::timestamptz + ${OWN_MINUTE("tenant_id", "$2::bigint")} from integration.tenants t
     where status = 'active' and not exists (select from integration.settings_checks c where c.tenant_id = t.tenant_id)
     on conflict (tenant_id) do nothing`,
    [night, spreadMinutes],
  );
}

/** Takes the look that is due longest, of an active tenant with a working connection; null when none is. */
export async function leaseDueCheck(db: Queryable, leaseMs: number): Promise<SettingsCheck | null> {
  const { rows } = await db.query<SettingsCheck>(
    `update integration.settings_checks c set lease_until = now() + $1 * interval '1 millisecond'
     where tenant_id = (
       select due.tenant_id from integration.settings_checks due
       join integration.tenants t on t.tenant_id = due.tenant_id and t.status = 'active'
       join integration.connections k on k.tenant_id = due.tenant_id and k.state = 'connected'
       where due.next_due_at <= now() and due.lease_until <= now()
       order by due.next_due_at limit 1 for update of due skip locked)
     returning tenant_id as "tenantId", told`,
    [leaseMs],
  );
  return rows[0] ?? null;
}

/** The look is done; the next one is in the night that follows. */
export async function finishCheck(
  db: Queryable,
  check: SettingsCheck & { readonly nextDueAt: Date; readonly spreadMinutes: number },
): Promise<void> {
  await db.query(
    `update integration.settings_checks
     set told = $2, last_run_at = now(), lease_until = '-infinity',
       next_due_at = $3::timestamptz + ${OWN_MINUTE("tenant_id", "$4::bigint")}
     where tenant_id = $1`,
    [check.tenantId, check.told, check.nextDueAt, check.spreadMinutes],
  );
}

/** New settings: what was said of the ones before is taken back soon, not next night (rule L5). */
export async function checkSoon(db: Queryable, tenantId: string): Promise<void> {
  await db.query(
    "update integration.settings_checks set next_due_at = now() where tenant_id = $1 and told <> '{}'",
    [tenantId],
  );
}

/** Unit4 could not be asked: the same once more, later. */
export async function putOffCheck(
  db: Queryable,
  check: SettingsCheck & { readonly putOffMs: number },
): Promise<void> {
  await db.query(
    `update integration.settings_checks
     set told = $2, lease_until = '-infinity', next_due_at = now() + $3 * interval '1 millisecond'
     where tenant_id = $1`,
    [check.tenantId, check.told, check.putOffMs],
  );
}
