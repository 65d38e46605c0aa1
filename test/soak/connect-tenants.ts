import type { Unit4Access } from "../../infra/local/programs/local-programs.ts";
import { activateTenant } from "../../infra/local/programs/registered-tenants.ts";
import type { AdministrationOptions } from "../../infra/sandbox/multivers/administration/administration.ts";
import { settingsSchema } from "../../services/shared/domain/settings.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4 } from "../../services/shared/unit4/client.ts";

/** Nothing listens there: the code is read from the redirect. */
const REDIRECT_URI = "http://127.0.0.1:9/unit4/callback";

/** Logs in at the emulated Unit4 for each administration and activates a tenant with the portal user's name. */
export async function connectTenants(
  pool: Pool,
  access: Unit4Access,
  administrations: readonly AdministrationOptions[],
): Promise<void> {
  const unit4 = createUnit4({
    ...access,
    pool,
    telemetry: createTelemetry("soak", "error"),
    now: Date.now,
    random: Math.random,
  });
  try {
    for (const { database, portalUser, portalPassword } of administrations) {
      const answer = await fetch(unit4.authorizeUrl({ redirectUri: REDIRECT_URI, state: portalUser }), {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({
          portalUser,
          portalPassword,
          multiversUser: "SYSTEEM",
          multiversPassword: "",
        }),
      });
      const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
      const granted = await unit4.exchangeCode({ code, redirectUri: REDIRECT_URI });
      if (granted.kind !== "ok") throw new Error(`${portalUser} could not log in: ${granted.kind}`);
      await activateTenant(pool, {
        tenantId: portalUser,
        name: portalUser,
        administration: database,
        settings: settingsSchema.parse({}),
        by: "soak",
      });
      await unit4.storeConnection(pool, { tenantId: portalUser, tokens: granted.tokens, by: "soak" });
    }
  } finally {
    await unit4.close();
  }
}
