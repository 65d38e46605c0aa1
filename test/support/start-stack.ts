import { bootStack, prepareStack, type Stack, type StackOptions } from "../../infra/local/stack/stack.ts";

/**
 * Starts PostgreSQL, Kafka and the schema registry, in parallel, and returns when all serve. Data of an earlier run in
 * the same folder is kept, and processes that a killed run left behind are ended first.
 * Throws LocalStackError: PREREQUISITES_MISSING, ALREADY_RUNNING, PORTS_TAKEN, DOWNLOAD_FAILED, DATA_DIRECTORY_UNUSABLE,
 * COMMAND_FAILED, PROCESS_FAILED_TO_START, PROCESS_STOPPED; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  return bootStack(await prepareStack(options));
}
