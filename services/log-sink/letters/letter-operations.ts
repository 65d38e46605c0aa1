import { pause, systemClock } from "../../shared/clock.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import type { Publisher } from "../../shared/kafka/producer.ts";
import type { LoopContext } from "../../shared/loop.ts";
import { DISCARD, PUT_BACK } from "../../shared/operations/domain/letters-wish.ts";
import { createOperationLoop } from "../../shared/operations/operation-loop.ts";
import { createOperationTelemetry } from "../../shared/operations/operation-telemetry.ts";
import { createOperationsView } from "../../shared/operations/operations-view.ts";
import type { Pool } from "../../shared/postgres.ts";
import type { Part } from "../../shared/service.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import type { LogTelemetry } from "../telemetry.ts";
import { discardOperation } from "./discard.ts";
import { putBackOperation } from "./put-back.ts";

/** The loops that put dead letters back and discard them, as operators ask for it, and tell how far they are. */
export function createLetterOperations(
  context: LoopContext<"operations" | "operations-view">,
  options: {
    readonly pool: Pool;
    readonly kafka: KafkaClient;
    readonly publisher: Publisher;
    readonly log: LogTelemetry;
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): readonly Part[] {
  const { pool, kafka, publisher, log, telemetry, instance, config } = options;
  const tools = {
    ...{ pool, kafka, publisher, telemetry: log, now: systemClock, wait: pause },
    limits: {
      recordsPerSecond: config.LOG_SINK_PUT_BACK_RECORDS_PER_SECOND,
      secondPersonLetters: config.LOG_SINK_SECOND_PERSON_LETTERS,
    },
  };
  const told = {
    ...{ pool, kinds: [putBackOperation(tools), discardOperation(tools)] },
    telemetry: createOperationTelemetry(telemetry, [PUT_BACK, DISCARD]),
  };
  const work = createOperationLoop(context, {
    ...{ ...told, instance },
    lookEveryMs: config.LOG_SINK_OPERATIONS_LOOK_MS,
    leaseMs: config.LOG_SINK_OPERATIONS_LEASE_MS,
  });
  return [work, createOperationsView(context, told)];
}
