import type { OrderRequested, OrderSettled, WorkorderArchived } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { createLoopContext } from "../shared/loop.ts";
import { OPERATION_LOOPS } from "../shared/operations/operation-parts.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { archivedWorkorders } from "./handler.ts";
import { createRerequests } from "./rerequest/rerequests.ts";
import { createWorkorderTelemetry } from "./telemetry.ts";

const { workorderArchived, orderRequested, orderSettled } = TOPICS;
const consumed = [workorderArchived.name];

export const service = defineService(SERVICE, readSettings, async (context) => {
  const { config, telemetry, instance, fail } = context;
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed });
  const requests = await pipeline.encoder<OrderRequested>(orderRequested.name, orderRequested.schema);
  const decoder = pipeline.avro.decoder<WorkorderArchived>(workorderArchived.schema);
  const route = archivedWorkorders({
    ...{ db: pipeline.pool, decoder, requests },
    settlements: await pipeline.encoder<OrderSettled>(orderSettled.name, orderSettled.schema),
    messages: pipeline.messages,
    telemetry: createWorkorderTelemetry(telemetry, systemClock),
  });
  const consumer = consumeIntoPostgres({
    ...{ ...pipeline, telemetry: pipeline.kafkaTelemetry, onCrash: fail },
    ...{ group: SERVICE, positionsTable: "workorder_archived.positions", routes: [route] },
    ...{ unreadBegin: "where-the-group-was", chunkRecords: 500 },
  });
  const loops = createLoopContext({ telemetry, fail }, OPERATION_LOOPS);
  const rerequests = createRerequests(loops, { ...pipeline, decoder, requests, config, telemetry, instance });
  return [...pipeline.parts, { name: "consumer", ...consumer }, ...rerequests];
});

if (import.meta.main) await runServices([service]);
