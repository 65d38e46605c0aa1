import { z } from "zod";
import { commonSettings, type Environment, readConfig } from "../shared/config.ts";

const settings = z.object(commonSettings);

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
