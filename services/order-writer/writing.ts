import { hostname } from "node:os";
import type { OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { Pipeline } from "../shared/pipeline.ts";
import type { Part, ServiceContext } from "../shared/service.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { type OrderWriterConfig, reconcilerOptionsOf, unit4OptionsOf, writerOptionsOf } from "./config.ts";
import { createOrderWriter } from "./handler.ts";
import { createOutbox } from "./outbox.ts";
import { createOutboxLoop } from "./outbox-loop.ts";
import { createReconciler } from "./reconciler.ts";
import { createOrderTelemetry } from "./telemetry.ts";
import { createOrderApi } from "./unit4-orders.ts";

export type Writing = {
  readonly parts: readonly Part[];
  /** New orders are in the ledger. */
  wake(): void;
};

/** The half of the service that faces Unit4: lanes, the client, and the outbox that tells outcomes. */
export async function createWriting(
  { config, telemetry: base, fail }: ServiceContext<OrderWriterConfig>,
  pipeline: Pipeline,
): Promise<Writing> {
  const { pool, messages, publisher } = pipeline;
  const { name, schema } = TOPICS.orderSettled;
  const settledEncoder = await pipeline.encoder<OrderSettled>(name, schema);
  const telemetry = createOrderTelemetry(base);
  const unit4 = createUnit4({ ...unit4OptionsOf(config), pool, telemetry: base });
  const outbox = createOutboxLoop({
    outbox: createOutbox({ pool, publisher, settledEncoder, messages }),
    messages,
    pool,
    telemetry,
    fail,
  });
  const api = createOrderApi(unit4);
  const instance = `${hostname()}/${process.pid}`;
  const writer = createOrderWriter({
    ...writerOptionsOf(config),
    pool,
    api,
    messages,
    telemetry,
    instance,
    fail,
    onTurnEnded: outbox.wake,
  });
  const reconciler = createReconciler({
    ...reconcilerOptionsOf(config),
    pool,
    unit4,
    api,
    messages,
    telemetry,
    instance,
    fail,
  });
  return {
    parts: [{ name: "unit4", stop: () => unit4.close() }, outbox, writer, reconciler],
    wake: writer.wake,
  };
}
