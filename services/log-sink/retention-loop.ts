import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Config } from "./config.ts";
import { removeOldRows } from "./retention.ts";
import type { LogTelemetry } from "./telemetry.ts";

/** Removes old rows at the start and then at each interval; an outage of Postgres postpones it. */
export const createRetentionLoop = (
  context: LoopContext<"retention">,
  options: {
    readonly pool: Pool;
    readonly config: Pick<Config, "LOG_SINK_RETENTION_DAYS" | "LOG_SINK_RETENTION_INTERVAL_MINUTES">;
    readonly telemetry: LogTelemetry;
  },
): Loop =>
  createLoop(context, {
    name: "retention",
    everyMs: options.config.LOG_SINK_RETENTION_INTERVAL_MINUTES * 60_000,
    lost: "Old rows of the log are no longer removed",
    beat: async ({ stopping, progress }) => {
      const goOn = (): boolean => {
        progress();
        return !stopping.aborted;
      };
      const { LOG_SINK_RETENTION_DAYS: days } = options.config;
      options.telemetry.oldRowsRemoved(await removeOldRows(options.pool, days, goOn));
      return false;
    },
  });
