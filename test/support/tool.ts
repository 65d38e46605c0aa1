import { spawnSync } from "node:child_process";

/** How a program of the machine ended, with all that it said. */
export type ToolRun = { readonly code: number | null; readonly output: string };

/** Runs promtool or a program like it to its end. @param input what it reads from its standard input */
export function runTool(name: string, args: readonly string[], input = ""): ToolRun {
  const { status, stdout, stderr, error } = spawnSync(name, args, { input, encoding: "utf8" });
  if (error !== undefined)
    throw new Error(`${name} cannot be run; install prometheus and prometheus-alertmanager`, {
      cause: error,
    });
  return { code: status, output: `${stdout}${stderr}` };
}
