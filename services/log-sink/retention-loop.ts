import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Pool } from "../shared/postgres.ts";
import { removeOldRows } from "./retention.ts";
import type { LogTelemetry } from "./telemetry.ts";

/** Removes old rows at the start and then at each interval; an outage of Postgres postpones it. */
export const createRetentionLoop = (
  context: LoopContext<"retention">,
  options: {
    readonly pool: Pool;
    readonly days: number;
    readonly intervalMs: number;
    readonly telemetry: LogTelemetry;
  },
): Loop =>
  createLoop(context, {
    name: "retention",
    everyMs: options.intervalMs,
    lost: "Old rows of the log are no longer removed",
    beat: async ({ stopping, progress }) => {
      const goOn = (): boolean => {
        progress();
        return !stopping.aborted;
      };
      options.telemetry.oldRowsRemoved(await removeOldRows(options.pool, options.days, goOn));
      return false;
    },
  });
