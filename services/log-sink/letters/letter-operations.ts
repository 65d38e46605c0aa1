import { pause, systemClock } from "../../shared/clock.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import type { Publisher } from "../../shared/kafka/producer.ts";
import type { LoopContext } from "../../shared/loop.ts";
import { createOperationParts, type OPERATION_LOOPS } from "../../shared/operations/operation-parts.ts";
import type { Pool } from "../../shared/postgres.ts";
import type { Part } from "../../shared/service.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import type { LogTelemetry } from "../telemetry.ts";
import { discardOperation } from "./discard.ts";
import { putBackOperation } from "./put-back.ts";

/** The loops that put dead letters back and discard them, as operators ask for it, and tell how far they are. */
export function createLetterOperations(
  context: LoopContext<(typeof OPERATION_LOOPS)[number]>,
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
  return createOperationParts(context, {
    ...{ pool, telemetry, instance, kinds: [putBackOperation(tools), discardOperation(tools)] },
    lookEveryMs: config.LOG_SINK_OPERATIONS_LOOK_MS,
    leaseMs: config.LOG_SINK_OPERATIONS_LEASE_MS,
  });
}
