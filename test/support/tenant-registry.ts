import { endActivation, insertSettings } from "../../services/console/switching/acts.ts";
import { type Settings, settingsSchema } from "../../services/shared/domain/settings.ts";
import { inTransaction, type Pool } from "../../services/shared/postgres.ts";

/** Ends the integration of a tenant, as the console does it: nothing is fetched or sent from now on. */
export async function deactivateTenant(pool: Pool, tenantId: string): Promise<void> {
  await inTransaction(pool, (tx) => endActivation(tx, tenantId));
}

/** Saves settings as a new version, in force from now, without the console's checks. */
export async function saveSettings(
  pool: Pool,
  change: { readonly tenantId: string; readonly settings: Settings; readonly by: string },
): Promise<void> {
  await inTransaction(pool, (tx) => insertSettings(tx, change, settingsSchema.parse(change.settings)));
}
