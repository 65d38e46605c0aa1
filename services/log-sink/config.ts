import { z } from "zod";
import { commonSettings, readConfig } from "../shared/config.ts";

const settings = z.object({
  ...commonSettings,
  /** Minutes between two removals of what is older than 90 days. */
  LOG_SINK_RETENTION_INTERVAL_MINUTES: z.coerce.number().positive().max(1440).default(60),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment. @throws Failure CONFIG_INVALID */
export const readSettings = (): Config => readConfig(settings);
