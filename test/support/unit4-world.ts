import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { activateTenant } from "../../infra/local/programs/registered-tenants.ts";
import type { AdministrationOptions } from "../../infra/sandbox/multivers/administration/administration.ts";
import {
  createMultivers,
  type Multivers,
  type MultiversOptions,
} from "../../infra/sandbox/multivers/multivers.ts";
import { type Settings, settingsSchema } from "../../services/shared/domain/settings.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4 } from "../../services/shared/unit4/client.ts";
import { Secret } from "../../services/shared/unit4/tokens/secret.ts";
import type { World } from "./world.ts";

/** An emulated Unit4 beside a world. */
export type Unit4World = {
  readonly multivers: Multivers;
  /** Environment that a service needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Activates a tenant and connects it to an administration; its portal user has the tenant's name. @returns the epoch */
  connect(tenant: {
    readonly tenantId: string;
    readonly database: string;
    readonly settings?: Partial<Settings>;
  }): Promise<number>;
};

const CLIENT = { clientId: "simon-test", clientSecret: "simon-test-secret" };

/**
 * Starts an emulated Unit4 with these administrations; it ends with the test.
 * @param administrations portalUser is the tenant id under which `connect` will be called
 */
export async function createUnit4World(
  t: TestContext,
  world: World,
  administrations: readonly Pick<AdministrationOptions, "database" | "portalUser" | "size">[],
  options: Partial<MultiversOptions> = {},
): Promise<Unit4World> {
  const multivers = createMultivers({
    ...CLIENT,
    dataDir: null,
    administrations: administrations.map((one) => ({ ...one, name: one.portalUser, portalPassword: "demo" })),
    ...options,
  });
  t.after(() => multivers.close());
  const baseUrl = `${await multivers.listen(0)}/V22`;
  const tokenKeys = `test:${randomBytes(32).toString("base64")}`;
  const unit4 = createUnit4({
    ...CLIENT,
    baseUrl,
    tokenKeys,
    pool: world.pool,
    telemetry: createTelemetry("test", "error"),
    now: Date.now,
    random: Math.random,
  });
  t.after(() => unit4.close());
  return {
    multivers,
    environment: {
      UNIT4_BASE_URL: baseUrl,
      UNIT4_CLIENT_ID: CLIENT.clientId,
      UNIT4_CLIENT_SECRET: CLIENT.clientSecret,
      TOKEN_KEYS: tokenKeys,
    },
    connect: async ({ tenantId, database, settings = {} }) => {
      const epoch = await activateTenant(world.pool, {
        tenantId,
        name: tenantId,
        administration: database,
        settings: settingsSchema.parse(settings),
        by: "test",
      });
      const tokens = multivers.tokens.issueTokens(tenantId);
      await unit4.storeConnection(world.pool, {
        tenantId,
        by: "test",
        tokens: {
          accessToken: new Secret(tokens.access_token),
          refreshToken: new Secret(tokens.refresh_token),
          expiresInMs: Number(tokens.expires_in) * 1000,
        },
      });
      return epoch;
    },
  };
}
