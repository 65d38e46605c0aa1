import { type SettingsVersion, settingsSchema } from "./domain/settings.ts";
import type { Queryable } from "./postgres.ts";

/** A time in which a tenant's integration was on; milliseconds since 1970 UTC, `until` null while it is. */
export type Activation = { readonly epoch: number; readonly from: number; readonly until: number | null };

export type Tenant = {
  readonly tenantId: string;
  readonly name: string;
  readonly status: "active" | "inactive";
  readonly epoch: number;
  /** Unit4's database code, such as MVL00042; null before the first activation. */
  readonly administration: string | null;
};

/** Tenants by id; an id that nobody registered is absent, and so is a tenant that was removed (rule A14). */
export async function findTenants(db: Queryable, tenantIds: readonly string[]): Promise<Map<string, Tenant>> {
  const { rows } = await db.query<Tenant>(
    `select tenant_id as "tenantId", name, status, epoch, administration
     from integration.tenants where tenant_id = any($1) and removed_at is null`,
    [tenantIds],
  );
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/** The latest settings of a tenant; null before the first save. */
export async function currentSettings(db: Queryable, tenantId: string): Promise<SettingsVersion | null> {
  const { rows } = await db.query<VersionRow>(
    `select version, valid_from as "validFrom", settings
     from integration.settings_versions where tenant_id = $1 order by version desc limit 1`,
    [tenantId],
  );
  return rows[0] === undefined ? null : versionOf(rows[0]);
}

type VersionRow = { readonly version: number; readonly validFrom: Date; readonly settings: unknown };

const versionOf = ({ version, validFrom, settings }: VersionRow): SettingsVersion => ({
  version,
  validFrom: validFrom.getTime(),
  settings: settingsSchema.safeParse(settings).data ?? null,
});

/** All settings versions of the tenants, oldest first. */
export async function settingsVersions(
  db: Queryable,
  tenantIds: readonly string[],
): Promise<Map<string, readonly SettingsVersion[]>> {
  const { rows } = await db.query<VersionRow & { readonly tenantId: string }>(
    `select tenant_id as "tenantId", version, valid_from as "validFrom", settings
     from integration.settings_versions where tenant_id = any($1) order by tenant_id, version`,
    [tenantIds],
  );
  return grouped(rows, versionOf);
}

/** When the tenants' integrations were on, oldest first. */
export async function activationsOf(
  db: Queryable,
  tenantIds: readonly string[],
): Promise<Map<string, readonly Activation[]>> {
  const { rows } = await db.query<{ tenantId: string; epoch: number; from: Date; until: Date | null }>(
    `select tenant_id as "tenantId", epoch, activated_at as "from", deactivated_at as "until"
     from integration.activations where tenant_id = any($1) order by tenant_id, epoch, activated_at`,
    [tenantIds],
  );
  return grouped(rows, (row) => ({
    epoch: row.epoch,
    from: row.from.getTime(),
    until: row.until?.getTime() ?? null,
  }));
}

function grouped<Row extends { readonly tenantId: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): Map<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.tenantId) ?? [];
    group.push(read(row));
    groups.set(row.tenantId, group);
  }
  return groups;
}
