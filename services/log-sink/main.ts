import { TOPICS } from "../../schemas/topics.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { createLoopContext } from "../shared/loop.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { deadLetters, loggedMessages } from "./handler.ts";
import { createRetentionLoop } from "./retention-loop.ts";
import { createLogTelemetry } from "./telemetry.ts";

const { messageLogged, deadLetter } = TOPICS;
const consumed = [messageLogged.name, deadLetter.name];

export const service = defineService(SERVICE, readSettings, async (context) => {
  const { config, telemetry, fail } = context;
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed });
  const logTelemetry = createLogTelemetry(telemetry);
  const consumer = consumeIntoPostgres({
    ...pipeline,
    group: SERVICE,
    positionsTable: "log.positions",
    routes: [
      loggedMessages(pipeline.avro.decoder(messageLogged.schema), logTelemetry),
      deadLetters(logTelemetry),
    ],
    telemetry: pipeline.kafkaTelemetry,
    onCrash: fail,
  });
  const loops = createLoopContext({ telemetry, fail }, ["retention"]);
  const retention = createRetentionLoop(loops, {
    ...{ pool: pipeline.pool, telemetry: logTelemetry },
    days: config.LOG_SINK_RETENTION_DAYS,
    intervalMs: config.LOG_SINK_RETENTION_INTERVAL_MINUTES * 60_000,
  });
  return [...pipeline.parts, { name: "consumer", ...consumer }, retention];
});

if (import.meta.main) await runServices([service]);
