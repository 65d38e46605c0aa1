import { z } from "zod";
import { commonSettings, readConfig } from "../shared/config.ts";

const settings = z.object(commonSettings);

export type Config = z.infer<typeof settings>;

/** Settings from the environment. @throws Failure CONFIG_INVALID */
export const readSettings = (): Config => readConfig(settings);
