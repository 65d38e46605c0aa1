import { pause } from "../shared/clock.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { type Pool, postgresTrouble } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { removeOldRows } from "./retention.ts";
import type { LogTelemetry } from "./telemetry.ts";

/**
 * Removes old rows at the start and then at each interval. An outage of Postgres postpones it to the next one; any other
 * error is reported, since it would come back for ever.
 */
export function retentionLoop(options: {
  readonly pool: Pool;
  readonly intervalMs: number;
  readonly telemetry: LogTelemetry;
  readonly onFailure: (failure: Failure) => void;
}): Part {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    do await removeOnce();
    while (await pause(options.intervalMs, stopping.signal));
  };
  const removeOnce = async (): Promise<void> => {
    try {
      options.telemetry.oldRowsRemoved(await removeOldRows(options.pool, () => !stopping.signal.aborted));
    } catch (error) {
      if (postgresTrouble(error) !== "passing") {
        stopping.abort();
        options.onFailure(
          new Failure(
            "POSTGRES_UNAVAILABLE",
            "Old rows of the log cannot be removed; run the deployment.",
            error,
          ),
        );
        return;
      }
      options.telemetry.removalPostponed(describeError(error));
    }
  };

  return {
    name: "retention",
    start: async () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
