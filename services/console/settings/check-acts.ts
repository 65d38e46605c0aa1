import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken, putOffBarred } from "../../shared/lease.ts";
import type { Queryable } from "../../shared/postgres.ts";
import type { ToldChecks } from "./domain/settings-watch.ts";

/** A tenant whose settings are looked at now. */
export type SettingsCheck = Lease & { readonly told: ToldChecks };

/** A tenant's own minute of the night, so that not all ask Unit4 at once. */
const OWN_MINUTE = (tenant: string, minutes: string): string =>
  `(abs(hashtextextended(${tenant}, 0)) % ${minutes}) * interval '1 minute'`;

/** Plans the first look at each active one of these tenants that has none planned. */
export async function planChecks(
  db: Queryable,
  tenantIds: readonly string[],
  { night, spreadMinutes }: { readonly night: Date; readonly spreadMinutes: number },
): Promise<void> {
  await db.query(
    `insert into integration.settings_checks (tenant_id, next_due_at)
     select tenant_id, $1::timestamptz + ${OWN_MINUTE("tenant_id", "$2::bigint")} from integration.tenants t
     where tenant_id = any($3) and status = 'active'
       and not exists (select from integration.settings_checks c where c.tenant_id = any($3) and c.tenant_id = t.tenant_id)
     on conflict (tenant_id) do nothing`,
    [night, spreadMinutes, tenantIds],
  );
}

/** SQL: whether the settings of a `tenant` with a `connection` can be looked at. */
const MAY_BE_LOOKED_AT = "tenant.status = 'active' and connection.state = 'connected'";

/** Puts off looks at tenants whose Unit4 may not be asked. */
export const putOffChecks = (db: Queryable): Promise<void> =>
  putOffBarred(db, {
    table: "integration.settings_checks",
    dueAt: "next_due_at",
    may: MAY_BE_LOOKED_AT,
    until: "now() + interval '30 minutes'",
  });

/** Takes the look that is due longest, of an active tenant with a working connection; null when none is. */
export async function leaseDueCheck(
  db: Queryable,
  { leaseMs, by }: LeaseTerms,
): Promise<SettingsCheck | null> {
  const { rows } = await db.query<SettingsCheck>(
    `update integration.settings_checks c set ${leaseTaken("c", { leaseMs: "$1", by: "$2" })}
     where tenant_id = (
       select due.tenant_id from integration.settings_checks due
       join integration.tenants tenant using (tenant_id)
       join integration.connections connection using (tenant_id)
       where ${MAY_BE_LOOKED_AT} and due.next_due_at <= now() and due.lease_until <= now()
       order by due.next_due_at limit 1 for update of due skip locked)
     returning tenant_id as "tenantId", lease_token as token, told`,
    [leaseMs, by],
  );
  return rows[0] ?? null;
}

/** The look is done, unless somebody else took it over; the next one is in the night that follows. */
export async function finishCheck(
  db: Queryable,
  check: SettingsCheck & { readonly nextDueAt: Date; readonly spreadMinutes: number },
): Promise<void> {
  await db.query(
    `update integration.settings_checks
     set ${LEASE_ENDED}, told = $3, last_run_at = now(),
       next_due_at = $4::timestamptz + ${OWN_MINUTE("tenant_id", "$5::bigint")}
     where tenant_id = $1 and lease_token = $2`,
    [check.tenantId, check.token, check.told, check.nextDueAt, check.spreadMinutes],
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
     set ${LEASE_ENDED}, told = $3, next_due_at = now() + $4 * interval '1 millisecond'
     where tenant_id = $1 and lease_token = $2`,
    [check.tenantId, check.token, check.told, check.putOffMs],
  );
}
