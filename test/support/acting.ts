import type { TestContext } from "node:test";
import type { TenantVisit } from "../../services/console/access/visit.ts";
import { inTenant } from "../../services/console/parts/tenant-scope.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import type { World } from "./world.ts";

/** A pool as the console's own role; it ends with the test. */
export function consolePool(t: TestContext, world: World): Pool {
  const url = world.environment("console")["DATABASE_URL"] ?? "";
  const pool = createPool({ url, size: 3, applicationName: "test" });
  t.after(() => pool.end());
  return pool;
}

/** A person of a tenant, as acts see them: bound to the tenant's rows. */
export function acting(pool: Pool, tenantId: string, by = "anja@bos.example"): TenantVisit {
  return {
    language: "nl",
    tenantId,
    tenantName: tenantId,
    tenantStatus: "inactive",
    actor: { kind: "user", id: 1, name: by },
    by,
    session: null,
    inTenant: (work) => inTenant(pool, tenantId, work),
  };
}
