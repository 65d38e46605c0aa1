import { TOPICS } from "../../schemas/topics.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { createLoopContext } from "../shared/loop.ts";
import { OPERATION_LOOPS } from "../shared/operations/operation-parts.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { createDeadLetterFiguresLoop } from "./dead-letter-figures.ts";
import { SERVICE } from "./domain/service-name.ts";
import { deadLetters, loggedMessages } from "./handler.ts";
import { createLetterOperations } from "./letters/letter-operations.ts";
import { createRetentionLoop } from "./retention-loop.ts";
import { createLogTelemetry } from "./telemetry.ts";

const { messageLogged, deadLetter } = TOPICS;

export const service = defineService(SERVICE, readSettings, async (context) => {
  const consumed = [messageLogged.name, deadLetter.name];
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed });
  const log = { pool: pipeline.pool, telemetry: createLogTelemetry(context.telemetry) };
  const consumer = consumeIntoPostgres({
    ...pipeline,
    group: SERVICE,
    positionsTable: "log.positions",
    routes: [
      loggedMessages(pipeline.avro.decoder(messageLogged.schema), log.telemetry),
      deadLetters(log.telemetry, context.config.LOG_SINK_MOST_PUT_BACKS),
    ],
    telemetry: pipeline.kafkaTelemetry,
    onCrash: context.fail,
  });
  const loops = createLoopContext(context, ["retention", "dead-letter-figures", ...OPERATION_LOOPS]);
  const retention = createRetentionLoop(loops, { ...log, config: context.config });
  const figures = createDeadLetterFiguresLoop(loops, log);
  const letters = createLetterOperations(loops, { ...pipeline, ...context, log: log.telemetry });
  return [...pipeline.parts, { name: "consumer", ...consumer }, retention, figures, ...letters];
});

if (import.meta.main) await runServices([service]);
