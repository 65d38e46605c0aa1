import { systemClock } from "../shared/clock.ts";
import type { Failure } from "../shared/domain/failure.ts";
import { createLoopContext } from "../shared/loop.ts";
import { questionsFor } from "../shared/pipeline.ts";
import { createPool, type Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import type { Telemetry } from "../shared/telemetry.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { watchCertificates } from "../shared/watch/certificates.ts";
import { dependencyMoments, watchDependencies } from "../shared/watch/dependencies.ts";
import { watchPools } from "../shared/watch/postgres-telemetry.ts";
import { MOST_EXPORTS } from "./access/crowd.ts";
import { createProvider } from "./access/provider.ts";
import { sessionLimits } from "./access/session-store.ts";
import { createConsole } from "./app.ts";
import type { Config } from "./config.ts";
import { createEmptyingLoop } from "./emptying/emptying-loop.ts";
import { createHousekeepingLoop } from "./housekeeping-loop.ts";
import { SERVICE } from "./parts/domain/service-name.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import { createRehearsalLoop } from "./rehearsal/loop.ts";
import { createSettingsCheckLoop } from "./settings/check-loop.ts";
import { createConsoleTelemetry } from "./telemetry.ts";

/** Unit4 is asked while a person waits for the page: sooner given up than by the background services. */
const UNIT4_LIMITS = {
  getTimeoutMs: 20_000,
  tokenTimeoutMs: 15_000,
  connections: 128,
  connectionsOfTenant: 4,
};

const LOOPS = ["housekeeping", "tombstones", "rehearsals", "settings-check"] as const;

/** The console's own parts: the way to Unit4, the loops, and the site itself. */
export async function consoleSite(options: {
  readonly config: Config;
  readonly pool: Pool;
  readonly pipeline: PipelineLink;
  readonly telemetry: Telemetry;
  /** Name of this process on its leases. */
  readonly instance: string;
  readonly fail: (failure: Failure) => void;
}): Promise<readonly Part[]> {
  const { config, pool, pipeline, instance, fail } = options;
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
  const exportPool = createPool({
    url: config.DATABASE_URL,
    passwordFile: config.DATABASE_PASSWORD_FILE,
    size: MOST_EXPORTS,
    applicationName: `${SERVICE}-exports`,
    onIdleError: (error) => options.telemetry.log.warn("postgres_connection_lost", { error: error.message }),
  });
  watchPools(options.telemetry, { main: pool, exports: exportPool });
  watchCertificates(options.telemetry, config);
  const { app, routes } = await createConsole({
    config,
    pool,
    exportPool,
    unit4,
    pipeline,
    provider,
    telemetry,
    now: systemClock,
  });
  const loops = createLoopContext({ telemetry: options.telemetry, fail }, LOOPS);
  return [
    watchDependencies({
      ...{ telemetry: options.telemetry, fail, ask: questionsFor({ ...pipeline, pool }) },
      answered: dependencyMoments(options.telemetry, ["postgres", "kafka", "registry"]),
    }),
    { name: "exports", stop: () => exportPool.end() },
    { name: "unit4", stop: (late) => unit4.close(late) },
    createHousekeepingLoop(loops, {
      pool,
      pipeline,
      limits: sessionLimits(config),
      operators: config.CONSOLE_OPERATORS,
      auditDays: config.CONSOLE_AUDIT_DAYS,
    }),
    createEmptyingLoop(loops, { pool, pipeline }),
    createRehearsalLoop(loops, { pool, unit4, telemetry, instance }),
    createSettingsCheckLoop(loops, {
      ...{ pool, unit4, pipeline, instance },
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
