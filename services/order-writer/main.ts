import type { OrderRequested } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { route } from "../shared/kafka/postgres-route.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { checkRequest, takeIn } from "./intake.ts";
import { createWriting } from "./writing.ts";

const { name: topic, schema } = TOPICS.orderRequested;

export const service = defineService(SERVICE, readSettings, async (context) => {
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed: [topic] });
  const writing = await createWriting(context, pipeline);
  const intake = consumeIntoPostgres({
    ...pipeline,
    group: SERVICE,
    positionsTable: "order_writer.positions",
    telemetry: pipeline.kafkaTelemetry,
    onCrash: context.fail,
    onCommitted: writing.wake,
    note: writing.note,
    routes: [
      route<OrderRequested>({
        topic,
        decoder: pipeline.avro.decoder(schema),
        tombstones: false,
        check: checkRequest,
        apply: takeIn,
      }),
    ],
  });
  return [...pipeline.parts, ...writing.parts, { name: "intake", ...intake }];
});

if (import.meta.main) await runServices([service]);
