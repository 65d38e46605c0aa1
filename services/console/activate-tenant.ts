import { Failure } from "../shared/domain/failure.ts";
import { type Settings, settingsSchema } from "../shared/domain/settings.ts";
import { inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";

export type Activation = {
  readonly tenantId: string;
  readonly name: string;
  /** Unit4's database code, such as MVL00042. */
  readonly administration: string;
  readonly settings: Settings;
  /** Who activates it. */
  readonly by: string;
};

/**
 * Registers the tenant where it is new, begins a new activation (the next epoch) and saves its settings as a new
 * version, in force from now. The connection is stored apart.
 * @returns the new epoch
 * @throws Failure ADMINISTRATION_TAKEN when another active tenant has this administration (rule A11)
 */
export async function activateTenant(pool: Pool, activation: Activation): Promise<number> {
  const settings = settingsSchema.parse(activation.settings);
  try {
    return await inTransaction(pool, async (tx) => {
      await upsertTenant(tx, activation);
      const epoch = await raiseEpoch(tx, activation);
      await closeActivations(tx, activation.tenantId);
      await insertActivation(tx, activation.tenantId, epoch);
      await insertSettings(tx, activation, settings);
      return epoch;
    });
  } catch (error) {
    if ((error as { readonly constraint?: string }).constraint === "one_active_tenant_per_administration")
      throw new Failure(
        "ADMINISTRATION_TAKEN",
        `Another tenant is connected to ${activation.administration}; deactivate that one first.`,
        error,
      );
    throw error;
  }
}

/** Ends the integration of a tenant: nothing is fetched or sent from now on (rule A8). */
export async function deactivateTenant(pool: Pool, tenantId: string): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query(
      "update integration.tenants set status = 'inactive', changed_at = now() where tenant_id = $1",
      [tenantId],
    );
    await closeActivations(tx, tenantId);
  });
}

/** Saves settings as a new version, in force from now (rule W18). */
export async function saveSettings(
  pool: Pool,
  change: { readonly tenantId: string; readonly settings: Settings; readonly by: string },
): Promise<void> {
  await inTransaction(pool, (tx) => insertSettings(tx, change, settingsSchema.parse(change.settings)));
}

async function upsertTenant(db: Queryable, { tenantId, name }: Activation): Promise<void> {
  await db.query(
    `insert into integration.tenants (tenant_id, name) values ($1, $2)
     on conflict (tenant_id) do update set name = excluded.name`,
    [tenantId, name],
  );
}

async function raiseEpoch(db: Queryable, { tenantId, administration }: Activation): Promise<number> {
  const { rows } = await db.query<{ epoch: number }>(
    `update integration.tenants
     set epoch = epoch + 1, status = 'active', administration = $2, changed_at = now()
     where tenant_id = $1 returning epoch`,
    [tenantId, administration],
  );
  return rows[0]?.epoch ?? 0;
}

async function closeActivations(db: Queryable, tenantId: string): Promise<void> {
  await db.query(
    "update integration.activations set deactivated_at = now() where tenant_id = $1 and deactivated_at is null",
    [tenantId],
  );
}

async function insertActivation(db: Queryable, tenantId: string, epoch: number): Promise<void> {
  await db.query(
    "insert into integration.activations (tenant_id, epoch, activated_at) values ($1, $2, now())",
    [tenantId, epoch],
  );
}

async function insertSettings(
  db: Queryable,
  { tenantId, by }: { readonly tenantId: string; readonly by: string },
  settings: Settings,
): Promise<void> {
  await db.query(
    `insert into integration.settings_versions (tenant_id, version, valid_from, settings, saved_by)
     select $1, coalesce(max(version), 0) + 1, now(), $2, $3
     from integration.settings_versions where tenant_id = $1`,
    [tenantId, settings, by],
  );
}
