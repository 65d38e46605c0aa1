import type { OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { untilUp } from "../shared/kafka/hold.ts";
import { createLoopContext } from "../shared/loop.ts";
import type { Pipeline } from "../shared/pipeline.ts";
import type { Part, ServiceContext } from "../shared/service.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { type Config, reconcilerOptionsOf, unit4OptionsOf, writerOptionsOf } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { ordersOfOthers } from "./ledger/order-ledger.ts";
import { createLedgerFiguresLoop } from "./ledger-figures.ts";
import { createLossGuard } from "./loss-guard.ts";
import { createOutbox } from "./outbox.ts";
import { createOutboxLoop } from "./outbox-loop.ts";
import { createReconciler } from "./reconciler.ts";
import { createRetentionLoop } from "./retention/retention-loop.ts";
import { createOrderTelemetry } from "./telemetry.ts";
import { createOrderApi } from "./unit4-orders.ts";
import { createWaitingOrdersLoop } from "./waiting-orders.ts";
import { createWriterLoops } from "./writer-loop.ts";

const LOOPS = [
  "pulse",
  "writer",
  "lane-renewal",
  "lane-queue",
  "outbox",
  "waiting-orders",
  "ledger-figures",
  "reconciler",
  "retention",
] as const;

export type Writing = {
  readonly parts: readonly Part[];
  /** New orders are in the ledger. */
  wake(): void;
  /** What is kept with the group's offsets, so that a later process notices what the database lost. */
  note(): string;
};

/** The half of the service that faces Unit4: lanes, the client, and the outbox that tells outcomes. */
export async function createWriting(
  { config, telemetry: base, instance, fail }: ServiceContext<Config>,
  pipeline: Pipeline,
): Promise<Writing> {
  const { pool, messages, publisher } = pipeline;
  const { name, schema } = TOPICS.orderSettled;
  const settledEncoder = await pipeline.encoder<OrderSettled>(name, schema);
  const telemetry = createOrderTelemetry(base);
  const unit4 = createUnit4({ ...unit4OptionsOf(config), pool, telemetry: base });
  const loops = createLoopContext({ telemetry: base, fail }, LOOPS);
  const outbox = createOutboxLoop(loops, createOutbox({ pool, publisher, settledEncoder, messages }));
  const guard = createLossGuard(loops, {
    ...{ pool, kafka: pipeline.kafka, group: SERVICE, topic: TOPICS.orderRequested.name },
    ...{ instance, telemetry, now: systemClock, quietMs: writerOptionsOf(config).policy.quarantineMs },
  });
  const api = createOrderApi(unit4, (lane, ...others) => ordersOfOthers(pool, lane, ...others));
  const { writer, renewal, queue } = createWriterLoops(loops, {
    ...writerOptionsOf(config),
    pool,
    guarded: guard.inTransaction,
    api,
    messages,
    telemetry,
    instance,
    onTurnEnded: outbox.wake,
    stopReading: unit4.stopReading,
  });
  const reconciler = createReconciler(loops, {
    ...reconcilerOptionsOf(config),
    pool,
    unit4,
    api,
    messages,
    telemetry,
    instance,
  });
  const figures = createLedgerFiguresLoop(loops, { pool, telemetry });
  const retention = createRetentionLoop(loops, { pool, days: config.ORDER_WRITER_CONTENT_DAYS });
  const waiting = createWaitingOrdersLoop(loops, { pool, messages });
  await untilUp(pipeline.kafkaTelemetry, guard.check);
  return {
    note: guard.note,
    parts: [
      { name: "unit4", stop: (late) => unit4.close(late) },
      guard.loop,
      figures,
      retention,
      waiting,
      outbox,
      queue,
      renewal,
      reconciler,
      writer,
    ],
    wake: writer.wake,
  };
}
