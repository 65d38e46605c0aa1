import { type Settings, settingsSchema } from "../../shared/domain/settings.ts";
import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";
import { lockTenant, raiseEpoch } from "../parts/tenant-row.ts";

export type Activation = {
  readonly tenantId: string;
  /** Unit4's database code, such as MVL00042. */
  readonly administration: string;
  readonly settings: Settings;
  /** Who activates it. */
  readonly by: string;
};

/** What came of switching the integration on. */
export type ActivationResult =
  | { readonly kind: "activated"; readonly epoch: number }
  | { readonly kind: "already-active" }
  /** Simon's data were never emptied, or the emptying is not finished yet (rules A2, A12). */
  | { readonly kind: "not-emptied" }
  | { readonly kind: "still-emptying" }
  | { readonly kind: "not-connected" }
  /** Another tenant is connected to it (rule A11). */
  | { readonly kind: "administration-taken" };

/**
 * Switches a tenant's integration on, from now (rules A6, A9): after its data were emptied and the connection was made.
 * `settings` were checked; they become a version in force from now.
 */
export async function activate(
  visit: TenantVisit,
  chosen: { readonly administration: string; readonly settings: Settings },
): Promise<ActivationResult> {
  const { tenantId, actor, by } = visit;
  const activation: Activation = { tenantId, by, ...chosen };
  try {
    return await visit.inTenant(async (tx) => {
      const obstacle = await activationObstacle(tx, tenantId);
      if (obstacle !== null) return { kind: obstacle };
      const epoch = await beginActivation(tx, activation);
      await endRound(tx, tenantId);
      const details = { administration: chosen.administration, epoch };
      await recordAct(tx, { tenantId, actor, act: "ACTIVATED", details });
      return { kind: "activated", epoch };
    });
  } catch (error) {
    if (isAdministrationTaken(error)) return { kind: "administration-taken" };
    throw error;
  }
}

type Obstacle = "already-active" | "not-emptied" | "still-emptying" | "not-connected";

/** What keeps a tenant from being activated; null when nothing does. Locks the tenant until the transaction ends. */
async function activationObstacle(tx: Queryable, tenantId: string): Promise<Obstacle | null> {
  await lockTenant(tx, tenantId);
  const { rows } = await tx.query<{ obstacle: Obstacle | null }>(
    `select case
         when t.status = 'active' then 'already-active'
         when not exists (select from integration.emptyings e where e.tenant_id = $1) then 'not-emptied'
         when exists (select from integration.emptyings e where e.tenant_id = $1 and e.finished_at is null)
           then 'still-emptying'
         when not exists (select from integration.connections c where c.tenant_id = $1 and c.state = 'connected')
           then 'not-connected'
       end as obstacle
     from integration.tenants t where t.tenant_id = $1`,
    [tenantId],
  );
  return rows[0]?.obstacle ?? null;
}

/** The next activation begins with its first page again. */
async function endRound(tx: Queryable, tenantId: string): Promise<void> {
  await tx.query("delete from integration.activation_rounds where tenant_id = $1", [tenantId]);
}

/** What came of switching it off. */
export type DeactivationResult = { readonly kind: "deactivated" } | { readonly kind: "already-inactive" };

/** Switches a tenant's integration off at once (rule A8): what is on its way to Unit4 is finished and accounted for. */
export function deactivate({ tenantId, actor, inTenant }: TenantVisit): Promise<DeactivationResult> {
  return inTenant(async (tx) => {
    if (!(await endActivation(tx, tenantId))) return { kind: "already-inactive" };
    await recordAct(tx, { tenantId, actor, act: "DEACTIVATED" });
    return { kind: "deactivated" };
  });
}

/**
 * Begins the tenant's next activation, with its settings as a new version, in force from now. The connection is stored apart.
 * @returns the new epoch
 * @throws the database's error when another active tenant has this administration, see `isAdministrationTaken`
 */
export async function beginActivation(tx: Queryable, activation: Activation): Promise<number> {
  const epoch = await raiseEpoch(tx, activation.tenantId);
  await switchOn(tx, activation);
  await closeActivations(tx, activation.tenantId);
  await insertActivation(tx, activation.tenantId, epoch);
  await insertSettings(tx, activation, settingsSchema.parse(activation.settings));
  return epoch;
}

/** Whether an error says that another active tenant has the administration (rule A11). */
export const isAdministrationTaken = (error: unknown): boolean =>
  (error as { readonly constraint?: string }).constraint === "one_active_tenant_per_administration";

/** Ends the integration of a tenant: nothing is fetched or sent from now on (rule A8). @returns whether it was on */
export async function endActivation(tx: Queryable, tenantId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update integration.tenants set status = 'inactive', changed_at = now()
     where tenant_id = $1 and status = 'active'`,
    [tenantId],
  );
  await closeActivations(tx, tenantId);
  return rowCount === 1;
}

async function switchOn(db: Queryable, { tenantId, administration }: Activation): Promise<void> {
  await db.query(
    `update integration.tenants set status = 'active', administration = $2, changed_at = now()
     where tenant_id = $1`,
    [tenantId, administration],
  );
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

/** Adds a version, in force from now (rule W18). */
export async function insertSettings(
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
