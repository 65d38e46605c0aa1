import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isHttpOk } from "../processes/http-probe.ts";
import { type ProcessDefinition, READY_WITHIN_MS } from "../processes/supervised-process.ts";
import type { LocalProgram } from "./local-programs.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
/** After it a program is killed; what is left of the 8 s after Ctrl-C is for Kafka and the database. */
const STOP_WITHIN_MS = 5_000;

/** Says how to run a program of this project under supervision; it is tried again and again until it serves. */
export function programProcess(program: LocalProgram, dataDir: string): ProcessDefinition {
  return {
    name: program.name,
    dataDir,
    command: process.execPath,
    // No program reads this argument: it marks the process as one of this data folder.
    args: [join(PROJECT, program.entry), `--local-stack=${dataDir}`],
    env: {
      // Compiled code is kept, which shortens the next start.
      NODE_COMPILE_CACHE: join(dataDir, "compile-cache"),
      ...process.env,
      ...program.env,
    },
    workingDirectory: PROJECT,
    logFile: join(dataDir, "logs", `${program.name}.log`),
    stopSignal: "SIGTERM",
    stopWithinMs: STOP_WITHIN_MS,
    readyWithinMs: READY_WITHIN_MS,
    startAttempts: Number.POSITIVE_INFINITY,
    isReady: () => isHttpOk(`http://127.0.0.1:${program.port}${program.readyPath}`),
  };
}
