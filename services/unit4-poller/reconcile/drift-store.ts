import type { ReconciledList } from "../../shared/operations/domain/reconcile-report.ts";
import type { Queryable } from "../../shared/postgres.ts";

/** So long a tenant is nobody else's to compare; whoever dies meanwhile leaves it to the next. */
const AT_WORK = "interval '10 minutes'";

/** Takes tenants whose lists are to be compared, those that wait longest first. */
export async function takeTenantsToCompare(db: Queryable, most: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `update unit4_poller.schedules taken set compare_due_at = now() + ${AT_WORK}
     where tenant_id = any(array(
       select tenant_id from unit4_poller.schedules where compare_due_at <= now()
       order by compare_due_at limit $1 for update skip locked))
     returning tenant_id as "tenantId"`,
    [most],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Stores how lists stand. What differs is certain when it differed before, less than an hour ago.
 * @returns whether it has to be looked at again soon, since what differs may be on its way
 */
export async function storeDrift(db: Queryable, compared: readonly ReconciledList[]): Promise<boolean> {
  let isOpen = false;
  for (const list of compared) {
    const { rows } = await db.query<{ isCertain: boolean }>(
      `insert into unit4_poller.drift as known (tenant_id, entity, listed, standing, listed_checksum, standing_checksum,
         missing, extra, missing_ids, extra_ids, listed_at, is_certain)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, false)
       on conflict (tenant_id, entity) do update set listed = excluded.listed, standing = excluded.standing,
         listed_checksum = excluded.listed_checksum, standing_checksum = excluded.standing_checksum,
         missing = excluded.missing, extra = excluded.extra, missing_ids = excluded.missing_ids, extra_ids = excluded.extra_ids,
         listed_at = excluded.listed_at, compared_at = now(),
         is_certain = known.missing + known.extra > 0 and excluded.missing + excluded.extra > 0
           and (known.is_certain or known.compared_at > now() - interval '1 hour')
       returning is_certain as "isCertain"`,
      [
        list.tenantId,
        list.entity,
        list.listed,
        list.standing,
        list.listedChecksum,
        list.standingChecksum,
        list.missing,
        list.extra,
        list.missingIds,
        list.extraIds,
        list.listedAt,
      ],
    );
    if (list.missing + list.extra > 0 && rows[0]?.isCertain !== true) isOpen = true;
  }
  return isOpen;
}

/** Forgets how lists of a tenant stood with which there is nothing to compare any more. @param compared those with which there is */
export async function forgetDrift(
  db: Queryable,
  tenantId: string,
  compared: readonly ReconciledList["entity"][],
): Promise<void> {
  await db.query("delete from unit4_poller.drift where tenant_id = $1 and entity <> all($2)", [
    tenantId,
    compared,
  ]);
}

/** Says that a tenant's lists are compared again after so many minutes. */
export async function compareAgainSoon(db: Queryable, tenantId: string, minutes: number): Promise<void> {
  await db.query(
    "update unit4_poller.schedules set compare_due_at = now() + $2 * interval '1 minute' where tenant_id = $1",
    [tenantId, minutes],
  );
}

/** The same for the next night, by the clock of Amsterdam. @param place in [0, 1): where in the five hours behind midnight */
export async function compareNextNight(db: Queryable, tenantId: string, place: number): Promise<void> {
  await db.query(
    `update unit4_poller.schedules
     set compare_due_at = ((now() at time zone 'Europe/Amsterdam')::date + 1 + $2 * interval '5 hours') at time zone 'Europe/Amsterdam'
     where tenant_id = $1`,
    [tenantId, place],
  );
}

/** Rows that certainly differ in the whole fleet. */
type FleetDrift = Pick<ReconciledList, "entity" | "missing" | "extra">;

/** What certainly differs, by entity; none where nothing does. */
export async function fleetDrift(db: Queryable): Promise<readonly FleetDrift[]> {
  const { rows } = await db.query<FleetDrift>(
    `select entity, sum(missing)::float8 as missing, sum(extra)::float8 as extra
     from unit4_poller.drift where is_certain and missing + extra > 0 group by entity`,
  );
  return rows;
}
