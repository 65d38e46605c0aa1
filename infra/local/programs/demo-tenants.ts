import { systemClock } from "../../../services/shared/clock.ts";
import { type Settings, settingsSchema } from "../../../services/shared/domain/settings.ts";
import { createPool, type Pool } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { createUnit4, type Unit4 } from "../../../services/shared/unit4/client.ts";
import { ACTIVATED_ADMINISTRATIONS } from "../../sandbox/multivers/administration/demo-administrations.ts";
import { LocalStackError } from "../processes/local-stack-error.ts";
import type { StackAddresses, Unit4Access } from "./local-programs.ts";
import { activateTenant } from "./registered-tenants.ts";

type DemoAdministration = (typeof ACTIVATED_ADMINISTRATIONS)[number];

/** Where a login would lead back to; nobody goes there, the code is read from the redirect. */
const REDIRECT_URI = "http://127.0.0.1:8092/unit4/callback";

const hours = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });

/** Settings that show every rule at work. */
const DEMO_SETTINGS: Settings = settingsSchema.parse({
  travelArticle: hours("REISTIJD"),
  workArticle: hours("ARBEID"),
  standardArticle: hours("VOORRIJ"),
  articleTypes: [0, 1, 2, 3, 4],
  descriptionOnOrder: true,
  filterWord: "garantie",
  remarks: "workAddress",
});

/**
 * Connects and activates a tenant for each demo administration that is to have one and has none, as a person would in
 * the console: login at Multivers, code for tokens, settings, activation. A tenant that is connected is left as it is.
 */
export async function activateDemoTenants(
  world: Pick<StackAddresses, "databaseUrl"> & Unit4Access & { readonly report: (line: string) => void },
): Promise<void> {
  const pool = createPool({ url: world.databaseUrl, size: 2, applicationName: "demo-tenants" });
  const unit4 = createUnit4({
    baseUrl: world.baseUrl,
    clientId: world.clientId,
    clientSecret: world.clientSecret,
    tokenKeys: world.tokenKeys,
    pool,
    telemetry: createTelemetry("demo-tenants", "warn"),
    now: systemClock,
    random: Math.random,
  });
  try {
    const connected = await connectedTenants(pool);
    for (const administration of ACTIVATED_ADMINISTRATIONS) {
      if (connected.has(tenantIdOf(administration))) continue;
      await activate(pool, unit4, administration);
      world.report(`demo tenant ${tenantIdOf(administration)} is connected to ${administration.database}`);
    }
  } finally {
    await unit4.close();
    await pool.end();
  }
}

const tenantIdOf = ({ portalUser }: DemoAdministration): string => portalUser;

async function connectedTenants(pool: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ tenant_id: string }>("select tenant_id from integration.connections");
  return new Set(rows.map((row) => row.tenant_id));
}

async function activate(pool: Pool, unit4: Unit4, administration: DemoAdministration): Promise<void> {
  const tenantId = tenantIdOf(administration);
  const code = await logIn(
    unit4.authorizeUrl({ redirectUri: REDIRECT_URI, state: tenantId }),
    administration,
  );
  const outcome = await unit4.exchangeCode({ code, redirectUri: REDIRECT_URI });
  if (outcome.kind !== "ok") throw loginFailed(tenantId, outcome.kind);
  const by = "demo";
  await activateTenant(pool, {
    tenantId,
    name: administration.name,
    administration: administration.database,
    settings: DEMO_SETTINGS,
    by,
  });
  await unit4.storeConnection(pool, { tenantId, tokens: outcome.tokens, by });
}

/** Fills in Multivers's login page and gives the code that it sends back. */
async function logIn(authorizeUrl: string, administration: DemoAdministration): Promise<string> {
  const answer = await fetch(authorizeUrl, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({
      portalUser: administration.portalUser,
      portalPassword: administration.portalPassword,
      multiversUser: administration.multiversUser ?? "SYSTEEM",
      multiversPassword: administration.multiversPassword ?? "",
    }),
  });
  const location = answer.headers.get("location");
  const code = location === null ? null : new URL(location).searchParams.get("code");
  if (code === null) throw loginFailed(administration.portalUser, `HTTP ${answer.status}`);
  return code;
}

const loginFailed = (tenantId: string, reason: string): LocalStackError =>
  new LocalStackError(
    "DEMO_LOGIN_FAILED",
    `The demo tenant ${tenantId} could not log in at the sandbox (${reason}).`,
  );
