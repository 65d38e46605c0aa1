import { systemClock } from "../shared/clock.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { createLoopContext } from "../shared/loop.ts";
import { OPERATION_LOOPS } from "../shared/operations/operation-parts.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { createCleaning } from "./cleaning-run.ts";
import { readSettings } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { CONSUMED, changeEncoders, FETCH_BYTES, projectorRoutes } from "./handler.ts";
import { createLivePressure } from "./replay/live-pressure.ts";
import { createReplays } from "./replay/replays.ts";
import { createProjectorTelemetry } from "./telemetry.ts";

export const service = defineService(SERVICE, readSettings, async ({ config, telemetry, instance, fail }) => {
  const about = { service: SERVICE, consumed: CONSUMED };
  const pipeline = await connectPipeline({ ...about, config, telemetry, instance, fail });
  const encoders = await changeEncoders(pipeline.encoder);
  const pressure = createLivePressure(systemClock);
  const projectorTelemetry = createProjectorTelemetry(telemetry, pressure.changeProjected);
  const consumer = consumeIntoPostgres({
    ...{ ...pipeline, telemetry: pipeline.kafkaTelemetry },
    group: SERVICE,
    positionsTable: "simon.positions",
    routes: projectorRoutes({ ...pipeline, encoders, telemetry: projectorTelemetry, now: systemClock }),
    fetchBytes: FETCH_BYTES,
    chunkRecords: config.SIMON_PROJECTOR_BATCH_RECORDS,
    onCrash: fail,
  });
  const loops = createLoopContext({ telemetry, fail }, ["cleaning", ...OPERATION_LOOPS]);
  const cleaning = createCleaning(loops, {
    ...{ ...pipeline, telemetry: projectorTelemetry, instance },
    pattern: config.SIMON_PROJECTOR_CLEANING_CRON,
    lookEveryMs: config.SIMON_PROJECTOR_CLEANING_LOOK_MS,
  });
  const replays = createReplays(loops, { ...pipeline, config, telemetry, instance, encoders, pressure });
  return [...pipeline.parts, { name: "consumer", ...consumer }, cleaning, ...replays];
});

if (import.meta.main) await runServices([service]);
