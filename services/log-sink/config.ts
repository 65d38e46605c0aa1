import { z } from "zod";
import { commonSettings, type Environment, readConfig } from "../shared/config.ts";

const settings = z.object({
  ...commonSettings,
  /** Days that occurrences, closed messages and dead letters are kept: longer than their topic, or a replay would bring them back. */
  LOG_SINK_RETENTION_DAYS: z.coerce.number().int().min(32).max(3_650).default(90),
  /** Minutes between two removals of what is older. */
  LOG_SINK_RETENTION_INTERVAL_MINUTES: z.coerce.number().positive().max(1440).default(60),
  /** A dead letter that was put back so often and fails again is quarantined: only whoever names it puts it back. */
  LOG_SINK_MOST_PUT_BACKS: z.coerce.number().int().min(1).max(100).default(3),
  /** Dead letters that are put back in a second at most. */
  LOG_SINK_PUT_BACK_RECORDS_PER_SECOND: z.coerce.number().int().min(1).max(10_000).default(200),
  /** Putting back or discarding more letters has to be confirmed by another person than its asker. */
  LOG_SINK_SECOND_PERSON_LETTERS: z.coerce.number().int().min(0).default(1_000),
  /** How often a process looks for operations on dead letters that have to be planned or run. */
  LOG_SINK_OPERATIONS_LOOK_MS: z.coerce.number().int().min(100).default(1_000),
  /** After so long without a sign of the process that works at an operation, another one goes on with it. */
  LOG_SINK_OPERATIONS_LEASE_MS: z.coerce.number().int().min(1_000).default(15_000),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
