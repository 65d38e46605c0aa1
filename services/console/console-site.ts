import { systemClock } from "../shared/clock.ts";
import type { Failure } from "../shared/domain/failure.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { createProvider } from "./access/provider.ts";
import type { Config } from "./config.ts";
import { createConsole } from "./handler.ts";
import { housekeepingLoop } from "./housekeeping-loop.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import { rehearsalLoop } from "./rehearsal-loop.ts";
import { settingsCheckLoop } from "./settings-check-loop.ts";
import { createConsoleTelemetry } from "./telemetry.ts";
import { tombstoneLoop } from "./tombstone-loop.ts";

/** Unit4 is asked while a person waits for the page: sooner given up than by the background services. */
const UNIT4_LIMITS = { getTimeoutMs: 20_000, tokenTimeoutMs: 15_000 };

/** The console's own parts: the way to Unit4, the loops, and the site itself. */
export async function consoleSite(options: {
  readonly config: Config;
  readonly pool: Pool;
  readonly pipeline: PipelineLink;
  readonly telemetry: Telemetry;
  readonly fail: (failure: Failure) => void;
}): Promise<readonly Part[]> {
  const { config, pool, pipeline, fail } = options;
  const telemetry = createConsoleTelemetry(options.telemetry);
  const unit4 = createUnit4({
    baseUrl: config.UNIT4_BASE_URL,
    clientId: config.UNIT4_CLIENT_ID,
    clientSecret: config.UNIT4_CLIENT_SECRET,
    tokenKeys: config.TOKEN_KEYS,
    pool,
    telemetry: options.telemetry,
    now: systemClock,
    random: Math.random,
    limits: UNIT4_LIMITS,
  });
  const provider = createProvider({
    issuer: config.CONSOLE_OIDC_ISSUER,
    clientId: config.CONSOLE_OIDC_CLIENT_ID,
    clientSecret: config.CONSOLE_OIDC_CLIENT_SECRET,
    scope: config.CONSOLE_OIDC_SCOPE,
    redirectUri: new URL("/sign-in/callback", config.CONSOLE_PUBLIC_URL).href,
    signedOutUri: new URL("/sign-in", config.CONSOLE_PUBLIC_URL).href,
  });
  const { app, routes } = await createConsole({
    config,
    pool,
    unit4,
    pipeline,
    provider,
    telemetry,
    now: systemClock,
  });
  const limits = { idleMinutes: config.CONSOLE_SESSION_IDLE_MINUTES, hours: config.CONSOLE_SESSION_HOURS };
  return [
    { name: "unit4", stop: () => unit4.close() },
    housekeepingLoop({
      pool,
      pipeline,
      limits,
      operators: config.CONSOLE_OPERATORS,
      telemetry,
      onFailure: fail,
    }),
    tombstoneLoop({ pool, pipeline, telemetry, onFailure: fail }),
    rehearsalLoop({ pool, unit4, telemetry, onFailure: fail }),
    settingsCheckLoop({
      ...{ pool, unit4, pipeline, telemetry, onFailure: fail },
      schedule: config.CONSOLE_SETTINGS_CHECK_SCHEDULE,
      now: systemClock,
    }),
    {
      name: "site",
      start: async () => {
        const address = await app.listen({ port: config.CONSOLE_PORT, host: config.CONSOLE_HOST });
        options.telemetry.log.info("site_listening", { address });
        options.telemetry.log.debug("site_routes", { routes });
      },
      stop: () => app.close(),
    },
  ];
}
