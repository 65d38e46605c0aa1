import type { OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { consumeAndPublish } from "../shared/kafka/consume-and-publish.ts";
import { untilUp } from "../shared/kafka/hold.ts";
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
  const { avro, kafkaTelemetry } = pipeline;
  const encoder = <T>(topic: { readonly name: string; readonly schema: string }) =>
    untilUp(kafkaTelemetry, () => avro.encoder<T>(topic.name, topic.schema));
  const route = archivedWorkorders({
    db: pipeline.pool,
    decoder: avro.decoder(workorderArchived.schema),
    requests: await encoder<OrderRequested>(orderRequested),
    settlements: await encoder<OrderSettled>(orderSettled),
    messages: pipeline.messages,
    telemetry: createWorkorderTelemetry(telemetry, systemClock),
  });
  const consumer = consumeAndPublish({
    ...pipeline,
    group: "workorder-archived",
    routes: [route],
    telemetry: kafkaTelemetry,
    onCrash: fail,
  });
  return [...pipeline.parts, { name: "consumer", ...consumer }];
});
