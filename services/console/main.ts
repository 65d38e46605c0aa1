import { createPool, isPostgresUp } from "../shared/postgres.ts";
import { createPresence } from "../shared/presence.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { consoleSite } from "./console-site.ts";
import { SERVICE } from "./parts/domain/service-name.ts";
import { createPipelineLink } from "./parts/pipeline-link.ts";

export const service = defineService(SERVICE, readSettings, async ({ config, telemetry, instance, fail }) => {
  const pool = createPool({
    url: config.DATABASE_URL,
    passwordFile: config.DATABASE_PASSWORD_FILE,
    size: config.DATABASE_POOL_SIZE,
    applicationName: SERVICE,
    onIdleError: (error) => telemetry.log.warn("postgres_connection_lost", { error: error.message }),
  });
  const pipeline = createPipelineLink(config, telemetry);
  await pipeline.enter(pool);
  return [
    { name: "postgres", stop: () => pool.end(), isReady: () => isPostgresUp(pool) },
    createPresence({ pool, service: SERVICE, instance, telemetry, fail }),
    { name: "kafka", stop: () => pipeline.close() },
    ...(await consoleSite({ config, pool, pipeline, telemetry, instance, fail })),
  ];
});

if (import.meta.main) await runServices([service]);
