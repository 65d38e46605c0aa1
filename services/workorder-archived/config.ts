import { z } from "zod";
import { commonSettings, type Environment, readConfig } from "../shared/config.ts";

const wholeNumber = (smallest: number, largest: number) => z.coerce.number().int().min(smallest).max(largest);

const settings = z.object({
  ...commonSettings,
  /** Archived workorders read in a second at most when orders are asked for again. */
  WORKORDER_ARCHIVED_REREQUEST_RECORDS_PER_SECOND: wholeNumber(1, 100_000).default(1_000),
  /** Orders that are asked for again above which a second person has to confirm it. */
  WORKORDER_ARCHIVED_REREQUEST_SECOND_PERSON_ORDERS: wholeNumber(1, 1_000_000).default(100),
  /** How often a process looks for operations. */
  WORKORDER_ARCHIVED_OPERATIONS_LOOK_MS: wholeNumber(100, 3_600_000).default(1_000),
  /** After so long without a sign of whoever works at an operation, another process goes on. */
  WORKORDER_ARCHIVED_OPERATIONS_LEASE_MS: wholeNumber(1_000, 3_600_000).default(15_000),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
