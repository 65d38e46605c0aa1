import { pause } from "../shared/clock.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { deleteExpired, type SessionLimits } from "./access/session-store.ts";
import { inviteOperators } from "./access/user-store.ts";
import { deleteOldArrivals } from "./api/arrival-acts.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";

const EVERY_MS = 5_000;
const TIDY_EVERY_TURNS = 60;

/** Looks whether Kafka answers, so that pages can say so; invites the first operators and clears what has expired. */
export function housekeepingLoop(options: {
  readonly pool: Pool;
  readonly pipeline: PipelineLink;
  readonly limits: SessionLimits;
  /** E-mail addresses of the first operators. */
  readonly operators: readonly string[];
  readonly telemetry: ConsoleTelemetry;
  readonly onFailure: (failure: Failure) => void;
}): Part {
  const { pool, pipeline, limits, telemetry } = options;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      await pipeline.look();
      if (turn % TIDY_EVERY_TURNS === 0) await tidy();
      await pause(EVERY_MS, stopping.signal);
    }
  };
  const tidy = async (): Promise<void> => {
    try {
      await inviteOperators(pool, options.operators);
      await deleteExpired(pool, limits);
      await deleteOldArrivals(pool);
    } catch (error) {
      if (outageOf(error) === null) throw error;
      telemetry.loopFailed("housekeeping", describeError(error));
    }
  };
  return {
    name: "housekeeping",
    start: async () => {
      loop = run().catch((error: unknown) =>
        options.onFailure(
          new Failure("LOOP_ENDED", "Housekeeping has ended; the process must start again.", error),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
