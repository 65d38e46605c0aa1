import { runOps } from "../../infra/ops/program.ts";
import type { World } from "./world.ts";

/** What `npm run ops -- …` showed, and how it ended. */
export type OpsRun = { readonly exitCode: number; readonly out: string; readonly err: string };

/** Runs a tool on the pipeline of a world, by the words that are typed. */
export async function ops(
  { databaseUrl, brokers, registryUrl, topicPrefix }: World,
  ...args: readonly string[]
): Promise<OpsRun> {
  const out: string[] = [];
  const err: string[] = [];
  const environment = {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    KAFKA_TOPIC_PREFIX: topicPrefix,
  };
  const exitCode = await runOps(args, environment, {
    log: (line: string) => out.push(line),
    error: (line: string) => err.push(line),
  });
  return { exitCode, out: out.join("\n"), err: err.join("\n") };
}
