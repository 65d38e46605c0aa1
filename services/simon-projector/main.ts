import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { readConfig } from "../shared/config.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { runService } from "../shared/service.ts";
import { createCleaning } from "./cleaning-run.ts";
import { projectorSettings } from "./config.ts";
import { projectorRoutes } from "./handler.ts";
import { createProjectorTelemetry } from "./telemetry.ts";

const NAME = "simon-projector";
const CONSUMED = [TOPICS.customerChanged.name, TOPICS.articleChanged.name, TOPICS.orderSettled.name];

await runService(
  NAME,
  () => readConfig(projectorSettings),
  async ({ config, telemetry: base, fail }) => {
    const pipeline = await connectPipeline({ service: NAME, config, telemetry: base, consumed: CONSUMED });
    const telemetry = createProjectorTelemetry(base);
    const consumer = consumeIntoPostgres({
      ...pipeline,
      telemetry: pipeline.kafkaTelemetry,
      group: NAME,
      positionsTable: "simon.positions",
      routes: projectorRoutes({ avro: pipeline.avro, telemetry, now: systemClock }),
      chunkRecords: config.SIMON_PROJECTOR_BATCH_RECORDS,
      onCrash: fail,
    });
    const cleaning = createCleaning({
      ...pipeline,
      telemetry,
      pattern: config.SIMON_PROJECTOR_CLEANING_CRON,
      lookEveryMs: config.SIMON_PROJECTOR_CLEANING_LOOK_MS,
      onCrash: fail,
    });
    return [...pipeline.parts, { name: "consumer", ...consumer }, cleaning];
  },
);
