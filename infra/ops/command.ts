import { userInfo } from "node:os";
import type { Command } from "commander";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { readAddresses } from "./addresses.ts";

/** How a tool ended: 0 done, 1 it could not be done, 2 the words typed make no sense, 3 what was waited for ended badly. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a tool shows, where it is not well. */
export type Shown = { readonly text: string; readonly exitCode: ExitCode };

/** What tools are made with. */
export type Ops = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Shows a line while a tool is still at work. */
  readonly say: (line: string) => void;
  /** Runs a tool for a command, and shows what it gives. */
  readonly run: (command: Command, work: () => Promise<string | Shown>) => Promise<void>;
};

/** Adds a tool to the program. */
export type AddTool = (program: Command, ops: Ops) => void;

/** The words typed make no sense to the command: its usage says what does. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Does `work` with the pipeline's database. @throws what `work` throws, SETTINGS_INVALID, CONFIG_INVALID */
export async function withDatabase<T>(
  { environment }: Ops,
  applicationName: string,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const { databaseUrl } = readAddresses(environment);
  const pool = createPool({ url: databaseUrl, size: 2, applicationName });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Who acts, unless it is said: the account that runs the tool. */
export const accountName = (): string => userInfo().username;
