import { Cron } from "croner";
import { z } from "zod";
import { commonSettings, type Environment, readConfig } from "../shared/config.ts";

export const settings = z.object({
  ...commonSettings,
  /** When cleanings may begin, a cron pattern in Dutch time; tenants are spread over the four hours after it. */
  SIMON_PROJECTOR_CLEANING_CRON: z.string().default("0 1 * * 1,3,5").refine(isCronPattern, {
    error: "must be a cron pattern such as 0 1 * * 1,3,5",
  }),
  /** How often a process looks for cleanings that are due. */
  SIMON_PROJECTOR_CLEANING_LOOK_MS: z.coerce.number().int().min(100).default(30_000),
  /** Changes in one transaction at most. */
  SIMON_PROJECTOR_BATCH_RECORDS: z.coerce.number().int().min(1).max(20_000).default(5_000),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);

function isCronPattern(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
