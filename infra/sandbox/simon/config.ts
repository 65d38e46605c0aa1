import { z } from "zod";
import { commonSettings, kafkaSettings, registrySettings } from "../../../services/shared/config.ts";

/** Settings of the sandbox Simon. */
export const simonSettings = z.object({
  ...kafkaSettings,
  ...registrySettings,
  /** As the role sandbox_simon. */
  DATABASE_URL: commonSettings.DATABASE_URL,
  LOG_LEVEL: commonSettings.LOG_LEVEL,
  /** Where the pages are; 0 takes any free port. */
  SIMON_PORT: z.coerce.number().int().min(0).max(65535).default(8091),
  SIMON_HOST: z.string().min(1).default("127.0.0.1"),
  /** Whether each tenant gets four archived workorders by itself, so that there is something to see. */
  SIMON_AUTO_ARCHIVE: z.enum(["true", "false"]).default("false"),
});
