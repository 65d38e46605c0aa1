import { pause, systemClock } from "../../shared/clock.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import type { Publisher } from "../../shared/kafka/producer.ts";
import type { Loop, LoopContext } from "../../shared/loop.ts";
import { DISCARD, PUT_BACK } from "../../shared/operations/domain/letters-wish.ts";
import { createOperationLoop } from "../../shared/operations/operation-loop.ts";
import { createOperationTelemetry } from "../../shared/operations/operation-telemetry.ts";
import type { Pool } from "../../shared/postgres.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import type { LogTelemetry } from "../telemetry.ts";
import { discardOperation } from "./discard.ts";
import { putBackOperation } from "./put-back.ts";

/** The loop that puts dead letters back and discards them, as operators ask for it. */
export function createLetterOperations(
  context: LoopContext<"operations">,
  options: {
    readonly pool: Pool;
    readonly kafka: KafkaClient;
    readonly publisher: Publisher;
    readonly log: LogTelemetry;
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): Loop {
  const { pool, kafka, publisher, log, telemetry, instance, config } = options;
  const tools = {
    ...{ pool, kafka, publisher, telemetry: log, now: systemClock, wait: pause },
    limits: {
      recordsPerSecond: config.LOG_SINK_PUT_BACK_RECORDS_PER_SECOND,
      secondPersonLetters: config.LOG_SINK_SECOND_PERSON_LETTERS,
    },
  };
  return createOperationLoop(context, {
    ...{ pool, instance, kinds: [putBackOperation(tools), discardOperation(tools)] },
    telemetry: createOperationTelemetry(telemetry, [PUT_BACK, DISCARD]),
    lookEveryMs: config.LOG_SINK_OPERATIONS_LOOK_MS,
    leaseMs: config.LOG_SINK_OPERATIONS_LEASE_MS,
  });
}
