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
  /** How often a process looks for operations, such as replays, that have to be planned or run. */
  SIMON_PROJECTOR_OPERATIONS_LOOK_MS: z.coerce.number().int().min(100).default(1_000),
  /** After so long without a sign of the process that works at an operation, another one goes on with it. */
  SIMON_PROJECTOR_OPERATIONS_LEASE_MS: z.coerce.number().int().min(1_000).default(15_000),
  /** Records that a replay reads in a second at most. */
  SIMON_PROJECTOR_REPLAY_RECORDS_PER_SECOND: z.coerce.number().int().min(1).default(5_000),
  /** A replay slows down while live changes take longer than this to their rows, at the 99th percentile. */
  SIMON_PROJECTOR_REPLAY_FRESHNESS_MS: z.coerce.number().int().min(1).default(2_000),
  /** A replay slows down while its commits take longer than this, at the 90th percentile. */
  SIMON_PROJECTOR_REPLAY_COMMIT_MS: z.coerce.number().int().min(1).default(100),
  /** A replay of more records, or of all tenants, has to be confirmed by another person than its asker. */
  SIMON_PROJECTOR_REPLAY_SECOND_PERSON_RECORDS: z.coerce.number().int().min(0).default(1_000_000),
  /** Records that a preview looks at, at most. */
  SIMON_PROJECTOR_REPLAY_PREVIEW_RECORDS: z.coerce.number().int().min(1).default(1_000_000),
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
