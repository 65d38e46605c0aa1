/** Connects the demo tenants of the sandbox's Multivers and ends, as `npm start` does by itself. From the environment. */
import { z } from "zod";
import { commonSettings, readConfig, unit4Settings } from "../../services/shared/config.ts";
import { describeError, isFailure } from "../../services/shared/domain/failure.ts";
import { LocalStackError } from "./processes/local-stack-error.ts";
import { activateDemoTenants } from "./programs/demo-tenants.ts";

/** As a role that may write the registry of tenants. */
const settings = z.object({ DATABASE_URL: commonSettings.DATABASE_URL, ...unit4Settings });

try {
  const config = readConfig(settings);
  await activateDemoTenants({
    databaseUrl: config.DATABASE_URL,
    baseUrl: config.UNIT4_BASE_URL,
    clientId: config.UNIT4_CLIENT_ID,
    clientSecret: config.UNIT4_CLIENT_SECRET,
    tokenKeys: config.TOKEN_KEYS,
    report: (line) => console.log(line),
  });
} catch (error) {
  const isExplained = isFailure(error, "CONFIG_INVALID") || error instanceof LocalStackError;
  console.error(isExplained ? error.message : describeError(error));
  process.exitCode = 1;
}
