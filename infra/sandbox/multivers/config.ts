import { z } from "zod";

const SCHEMA = z.object({
  MULTIVERS_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Address on which it serves; whoever asks has to call it 127.0.0.1 or localhost all the same. */
  MULTIVERS_HOST: z.string().min(1).default("127.0.0.1"),
  MULTIVERS_DATA_DIR: z.string().min(1),
  UNIT4_CLIENT_ID: z.string().min(1),
  UNIT4_CLIENT_SECRET: z.string().min(1),
});

/** How the emulator runs as a process of its own. */
export type Config = Readonly<{
  host: string;
  port: number;
  dataDir: string;
  clientId: string;
  clientSecret: string;
}>;

/** A configuration, or every fault in the environment as one line of text each; values are never part of a fault. */
export function configFrom(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<{ kind: "config"; config: Config } | { kind: "faults"; faults: readonly string[] }> {
  const parsed = SCHEMA.safeParse(environment);
  if (!parsed.success)
    return {
      kind: "faults",
      faults: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    };
  const { MULTIVERS_HOST, MULTIVERS_PORT, MULTIVERS_DATA_DIR, UNIT4_CLIENT_ID, UNIT4_CLIENT_SECRET } =
    parsed.data;
  return {
    kind: "config",
    config: {
      host: MULTIVERS_HOST,
      port: MULTIVERS_PORT,
      dataDir: MULTIVERS_DATA_DIR,
      clientId: UNIT4_CLIENT_ID,
      clientSecret: UNIT4_CLIENT_SECRET,
    },
  };
}
