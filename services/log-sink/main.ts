import { TOPICS } from "../../schemas/topics.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { runService } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { deadLetters, loggedMessages } from "./handler.ts";
import { retentionLoop } from "./retention-loop.ts";
import { createLogTelemetry } from "./telemetry.ts";

const { messageLogged, deadLetter } = TOPICS;

await runService("log-sink", readSettings, async ({ config, telemetry, fail }) => {
  const pipeline = await connectPipeline({
    service: "log-sink",
    config,
    telemetry,
    consumed: [messageLogged.name, deadLetter.name],
  });
  const logTelemetry = createLogTelemetry(telemetry);
  const consumer = consumeIntoPostgres({
    ...pipeline,
    group: "log-sink",
    positionsTable: "log.positions",
    routes: [
      loggedMessages(pipeline.avro.decoder(messageLogged.schema), logTelemetry),
      deadLetters(logTelemetry),
    ],
    telemetry: pipeline.kafkaTelemetry,
    onCrash: fail,
  });
  const retention = retentionLoop({
    pool: pipeline.pool,
    intervalMs: config.LOG_SINK_RETENTION_INTERVAL_MINUTES * 60_000,
    telemetry: logTelemetry,
    onFailure: fail,
  });
  return [...pipeline.parts, { name: "consumer", ...consumer }, retention];
});
