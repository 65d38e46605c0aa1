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
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
