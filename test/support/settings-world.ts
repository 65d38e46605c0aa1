import type { TestContext } from "node:test";
import type { TenantVisit } from "../../services/console/access/visit.ts";
import { changeDraft, checkDraft } from "../../services/console/settings/acts.ts";
import {
  type Draft,
  type DraftValues,
  SETTINGS_FIELDS,
} from "../../services/console/settings/domain/settings-draft.ts";
import { findDraft } from "../../services/console/settings/queries.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4, type Unit4, type Unit4Limits } from "../../services/shared/unit4/client.ts";
import { acting, consolePool } from "./acting.ts";
import { deactivateTenant } from "./tenant-registry.ts";
import { createUnit4World, type Unit4World } from "./unit4-world.ts";
import { createWorld, type World } from "./world.ts";

/** A world with an emulated Unit4 and the console's acts on settings, as the console's own role. */
export type SettingsWorld = {
  readonly world: World;
  readonly erp: Unit4World;
  readonly pool: Pool;
  /** A Unit4 client as a new process has it. */
  client(limits?: Partial<Unit4Limits>): Unit4;
  /** Registers and connects a tenant that is not switched on. */
  connectInactive(tenantId: string, database: string): Promise<void>;
  /** A person of the tenant who changes and checks settings. */
  office(tenantId: string, by?: string): Office;
};

type Office = {
  readonly visit: TenantVisit;
  draft(): Promise<Draft>;
  change(values: Partial<DraftValues>): Promise<Draft>;
  /** "Controleer" of these fields; all by default. */
  check(fields?: readonly (keyof DraftValues)[], unit4?: Unit4): Promise<Draft>;
};

/** Makes the world; it ends with the test. */
export async function createSettingsWorld(
  t: TestContext,
  administrations: Parameters<typeof createUnit4World>[2],
): Promise<SettingsWorld> {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, administrations);
  const pool = consolePool(t, world);
  const client: SettingsWorld["client"] = (limits = {}) => {
    const setting = (name: string): string => erp.environment[name] ?? "";
    const unit4 = createUnit4({
      baseUrl: setting("UNIT4_BASE_URL"),
      clientId: setting("UNIT4_CLIENT_ID"),
      clientSecret: setting("UNIT4_CLIENT_SECRET"),
      tokenKeys: setting("TOKEN_KEYS"),
      pool,
      telemetry: createTelemetry("test", "silent"),
      now: Date.now,
      random: Math.random,
      limits,
    });
    t.after(() => unit4.close());
    return unit4;
  };
  const first = client();
  return {
    world,
    erp,
    pool,
    client,
    connectInactive: async (tenantId, database) => {
      await erp.connect({ tenantId, database });
      await deactivateTenant(world.pool, tenantId);
      await world.pool.query("delete from integration.settings_versions where tenant_id = $1", [tenantId]);
    },
    office: (tenantId, by = "anja@bos.example") => {
      const visit = acting(pool, tenantId, by);
      const draft = () => visit.inTenant((tx) => findDraft(tx, tenantId));
      return {
        visit,
        draft,
        change: async (values) => changeDraft(visit, { ...(await draft()).values, ...values }),
        check: (fields = SETTINGS_FIELDS, unit4 = first) =>
          checkDraft(visit, { unit4, pool, nowMs: Date.now }, fields),
      };
    },
  };
}
