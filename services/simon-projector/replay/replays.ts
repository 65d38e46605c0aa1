import { systemClock } from "../../shared/clock.ts";
import type { LoopContext } from "../../shared/loop.ts";
import { createOperationParts, type OPERATION_LOOPS } from "../../shared/operations/operation-parts.ts";
import type { Part } from "../../shared/service.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { type ReplayTools, replayOperation } from "./replay-operation.ts";
import { createReplayTelemetry } from "./telemetry.ts";

/** The loops that plan and run replays, and tell how far they are. They have no client of Unit4 and no publisher: there is nothing that they could tell or send. */
export function createReplays(
  context: LoopContext<(typeof OPERATION_LOOPS)[number]>,
  options: Pick<ReplayTools, "avro" | "encoders" | "kafka" | "pool" | "pressure"> & {
    readonly telemetry: Telemetry;
    readonly instance: string;
    readonly config: Config;
  },
): readonly Part[] {
  const { avro, encoders, kafka, pool, pressure, telemetry, instance, config } = options;
  const replays = replayOperation({
    ...{ avro, encoders, kafka, pool, pressure, now: systemClock },
    telemetry: createReplayTelemetry(telemetry),
    limits: {
      recordsPerSecond: config.SIMON_PROJECTOR_REPLAY_RECORDS_PER_SECOND,
      bars: {
        freshnessMs: config.SIMON_PROJECTOR_REPLAY_FRESHNESS_MS,
        commitMs: config.SIMON_PROJECTOR_REPLAY_COMMIT_MS,
      },
      secondPersonRecords: config.SIMON_PROJECTOR_REPLAY_SECOND_PERSON_RECORDS,
      previewRecords: config.SIMON_PROJECTOR_REPLAY_PREVIEW_RECORDS,
      chunkRecords: Math.min(CHUNK_RECORDS, config.SIMON_PROJECTOR_BATCH_RECORDS),
    },
  });
  return createOperationParts(context, {
    ...{ pool, telemetry, instance, kinds: [replays] },
    lookEveryMs: config.SIMON_PROJECTOR_OPERATIONS_LOOK_MS,
    leaseMs: config.SIMON_PROJECTOR_OPERATIONS_LEASE_MS,
  });
}

/** In one transaction at most: what live work may have to wait for. */
const CHUNK_RECORDS = 1_000;
