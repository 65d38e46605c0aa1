import type { OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { archivedWorkorders } from "./handler.ts";
import { createWorkorderTelemetry } from "./telemetry.ts";

const { workorderArchived, orderRequested, orderSettled } = TOPICS;
const consumed = [workorderArchived.name];

export const service = defineService(SERVICE, readSettings, async (context) => {
  const { telemetry, fail } = context;
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed });
  const route = archivedWorkorders({
    db: pipeline.pool,
    decoder: pipeline.avro.decoder(workorderArchived.schema),
    requests: await pipeline.encoder<OrderRequested>(orderRequested.name, orderRequested.schema),
    settlements: await pipeline.encoder<OrderSettled>(orderSettled.name, orderSettled.schema),
    messages: pipeline.messages,
    telemetry: createWorkorderTelemetry(telemetry, systemClock),
  });
  const consumer = consumeIntoPostgres({
    ...pipeline,
    group: SERVICE,
    positionsTable: "workorder_archived.positions",
    unreadBegin: "where-the-group-was",
    chunkRecords: 500,
    routes: [route],
    telemetry: pipeline.kafkaTelemetry,
    onCrash: fail,
  });
  return [...pipeline.parts, { name: "consumer", ...consumer }];
});

if (import.meta.main) await runServices([service]);
