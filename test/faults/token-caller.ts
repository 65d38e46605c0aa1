/**
 * A process that talks to Unit4 as a service does, for tests of what several of them do to one token: prints `ready`, then
 * for each line on its input makes one call and prints what came of it.
 */
import { createInterface } from "node:readline";
import { z } from "zod";
import { createPool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4 } from "../../services/shared/unit4/client.ts";

const { DATABASE_URL, TENANT_ID, ADMINISTRATION, ...unit4Settings } = z
  .object({
    DATABASE_URL: z.string(),
    TENANT_ID: z.string(),
    ADMINISTRATION: z.string(),
    UNIT4_BASE_URL: z.string(),
    UNIT4_CLIENT_ID: z.string(),
    UNIT4_CLIENT_SECRET: z.string(),
    TOKEN_KEYS: z.string(),
  })
  .parse(process.env);

const pool = createPool({ url: DATABASE_URL, size: 2, applicationName: "token-caller" });
const unit4 = createUnit4({
  baseUrl: unit4Settings.UNIT4_BASE_URL,
  clientId: unit4Settings.UNIT4_CLIENT_ID,
  clientSecret: unit4Settings.UNIT4_CLIENT_SECRET,
  tokenKeys: unit4Settings.TOKEN_KEYS,
  pool,
  telemetry: createTelemetry("token-caller", "silent"),
  now: Date.now,
  random: Math.random,
});
await pool.query("select 1");
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  const outcome = await unit4.fetchCustomerPage(
    { tenantId: TENANT_ID, administration: ADMINISTRATION },
    { skip: 0, top: 5 },
  );
  console.log(outcome.kind);
}
await unit4.close();
await pool.end();
