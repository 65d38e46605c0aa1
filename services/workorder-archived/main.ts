import type { OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { consumeAndPublish } from "../shared/kafka/consume-and-publish.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { runService } from "../shared/service.ts";
import { readSettings } from "./config.ts";
import { archivedWorkorders } from "./handler.ts";
import { createWorkorderTelemetry } from "./telemetry.ts";

const { workorderArchived, orderRequested, orderSettled } = TOPICS;

await runService("workorder-archived", readSettings, async ({ config, telemetry, fail }) => {
  const pipeline = await connectPipeline({
    service: "workorder-archived",
    config,
    telemetry,
    consumed: [workorderArchived.name],
  });
  const { avro, encoder } = pipeline;
  const route = archivedWorkorders({
    db: pipeline.pool,
    decoder: avro.decoder(workorderArchived.schema),
    requests: await encoder<OrderRequested>(orderRequested.name, orderRequested.schema),
    settlements: await encoder<OrderSettled>(orderSettled.name, orderSettled.schema),
    messages: pipeline.messages,
    telemetry: createWorkorderTelemetry(telemetry, systemClock),
  });
  const consumer = consumeAndPublish({
    ...pipeline,
    group: "workorder-archived",
    routes: [route],
    telemetry: pipeline.kafkaTelemetry,
    onCrash: fail,
  });
  return [...pipeline.parts, { name: "consumer", ...consumer }];
});
