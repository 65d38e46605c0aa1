/**
 * `npm run connect -- --tenant acme --name "Acme B.V." --administration MVL00042`: connects a tenant to an administration
 * by Unit4's own login page and activates it, until the console does so. `--settings FILE` takes settings as JSON
 * (services/shared/domain/settings.ts). For the Unit4 that `npm start` uses.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { activateTenant, deactivateTenant } from "../../services/console/activate-tenant.ts";
import { systemClock } from "../../services/shared/clock.ts";
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import { type Settings, settingsSchema } from "../../services/shared/domain/settings.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4, type Unit4 } from "../../services/shared/unit4/client.ts";
import { unit4Access } from "./local-programs.ts";
import { readLocalSettings } from "./local-settings.ts";
import { LocalStackError } from "./local-stack-error.ts";
import { waitForCode } from "./login-code.ts";
import { postgresUrl } from "./postgres-process.ts";
import { localTokenKeys } from "./token-keys.ts";

const USAGE =
  "Usage: npm run connect -- --tenant <id> --administration <MVL…> [--name <name>] [--settings <file>]";

type Wanted = {
  readonly tenantId: string;
  readonly name: string;
  readonly administration: string;
  readonly settings: Settings;
};

try {
  const wanted = await wantedFrom(process.argv.slice(2));
  const settings = readLocalSettings(process.env);
  const pool = createPool({
    url: settings.DATABASE_URL ?? postgresUrl(settings.LOCAL_POSTGRES_PORT, "simon"),
    size: 2,
    applicationName: "connect",
  });
  const unit4 = createUnit4({
    ...unit4Access(settings, settings.TOKEN_KEYS ?? (await localTokenKeys(settings.LOCAL_DATA_DIR))),
    pool,
    telemetry: createTelemetry("connect", "error"),
    now: systemClock,
    random: Math.random,
  });
  try {
    await connect(pool, unit4, wanted, settings.UNIT4_REDIRECT_URI);
    console.log(`${wanted.tenantId} is connected to ${wanted.administration}; its first load begins now.`);
  } finally {
    await unit4.close();
    await pool.end();
  }
} catch (error) {
  const isOurs = error instanceof LocalStackError || error instanceof Failure;
  console.error(isOurs ? error.message : `${describeError(error)}\n${USAGE}`);
  process.exitCode = 1;
}

async function wantedFrom(argv: readonly string[]): Promise<Wanted> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { tenant: text, name: text, administration: text, settings: text },
  });
  const { tenant, administration, name = tenant } = values;
  if (tenant === undefined || administration === undefined || name === undefined)
    throw new TypeError("Which tenant, and which administration?");
  const stored = values.settings === undefined ? {} : JSON.parse(await readFile(values.settings, "utf8"));
  return { tenantId: tenant, name, administration, settings: settingsSchema.parse(stored) };
}

/** Login, tokens, activation; then the check that the login may use the administration (rule A4). */
async function connect(pool: Pool, unit4: Unit4, wanted: Wanted, redirectUri: string): Promise<void> {
  const state = randomUUID();
  const code = waitForCode(redirectUri, state);
  console.log(`Log in at Unit4:\n  ${unit4.authorizeUrl({ redirectUri, state })}`);
  const outcome = await unit4.exchangeCode({ code: await code, redirectUri });
  if (outcome.kind !== "ok")
    throw new LocalStackError(
      "LOGIN_FAILED",
      `Unit4 gave no tokens (${outcome.kind}); run the command again.`,
    );
  const by = userInfo().username;
  await activateTenant(pool, { ...wanted, by });
  await unit4.storeConnection(pool, { tenantId: wanted.tenantId, tokens: outcome.tokens, by });
  const usable = await unit4.listAdministrations(wanted.tenantId);
  if (usable.kind === "ok" && usable.value.some(({ name }) => name === wanted.administration)) return;
  await deactivateTenant(pool, wanted.tenantId);
  const names =
    usable.kind === "ok"
      ? usable.value.map(({ name, value }) => `${name} (${value})`).join(", ")
      : usable.kind;
  throw new LocalStackError(
    "LOGIN_FAILED",
    `This login may not use ${wanted.administration}. It may use: ${names}. The tenant was deactivated again.`,
  );
}
