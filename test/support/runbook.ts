import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../infra/local/processes/run-command.ts";
import { ROOT } from "./source-files.ts";
import type { World } from "./world.ts";

/** What a page for operators tells them to type, in its order. */
export const runbookCommands = (name: string): readonly string[] =>
  [
    ...readFileSync(join(ROOT, `infra/docs/runbooks/${name}.md`), "utf8").matchAll(/^```sh\n(.*?)^```$/gms),
  ].map(([, command]) => (command ?? "").trim());

/** Types it as an operator does. @returns what it said */
export async function typed(command: string, world: World): Promise<string> {
  const result = await runCommand({
    command: "sh",
    args: ["-c", command],
    workingDirectory: ROOT,
    env: {
      ...{ PATH: process.env["PATH"], HOME: process.env["HOME"], DATABASE_URL: world.databaseUrl },
      ...{ KAFKA_BROKERS: world.brokers, KAFKA_TOPIC_PREFIX: world.topicPrefix },
      ...{ SCHEMA_REGISTRY_URL: world.registryUrl },
      ...{ KAFKA_REPLICATION_FACTOR: "1", KAFKA_MIN_INSYNC_REPLICAS: "1" },
    },
  });
  assert.equal(result.kind === "ended" && result.exitCode, 0, JSON.stringify(result));
  return result.kind === "ended" ? result.output : "";
}
