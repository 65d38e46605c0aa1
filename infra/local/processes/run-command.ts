import { spawn } from "node:child_process";
import { LocalStackError } from "./local-stack-error.ts";
import { isErrno } from "./system-processes.ts";

/** A command that runs to its end. */
export type Command = {
  readonly command: string;
  readonly args: readonly string[];
  readonly workingDirectory?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Read by the command as its input; nothing by default. */
  readonly input?: string;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  /** Called with each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
  /** Ends the command by SIGTERM when aborted; its result is then that exit. */
  readonly signal?: AbortSignal | undefined;
};

export type CommandResult =
  | { readonly kind: "ended"; readonly exitCode: number; readonly output: string }
  | { readonly kind: "not-installed" };

/** Runs a command; its output is stdout and stderr together. Any exit code is a result, not an error. */
export async function runCommand(command: Command): Promise<CommandResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const child = spawn(command.command, command.args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...(command.env ?? process.env) },
    ...(command.workingDirectory === undefined ? {} : { cwd: command.workingDirectory }),
    ...(command.runAs ?? {}),
  });
  // A command that ends without reading all of it says so by its exit code.
  child.stdin.on("error", () => {});
  child.stdin.end(command.input ?? "");
  let output = "";
  let unfinishedLine = "";
  function take(chunk: string): void {
    output += chunk;
    const lines = (unfinishedLine + chunk).split("\n");
    unfinishedLine = lines.pop() ?? "";
    for (const line of lines) command.onLine?.(line);
  }
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  child.once("error", (error) => {
    if (isErrno(error, "ENOENT")) resolve({ kind: "not-installed" });
    else reject(error);
  });
  const abort = () => child.kill("SIGTERM");
  if (command.signal?.aborted) abort();
  command.signal?.addEventListener("abort", abort, { once: true });
  child.once("close", (exitCode) => resolve({ kind: "ended", exitCode: exitCode ?? -1, output }));
  return promise.finally(() => command.signal?.removeEventListener("abort", abort));
}

/** Runs a command that must succeed. Throws COMMAND_FAILED with the end of its output. */
export async function runToSuccess(command: Command): Promise<void> {
  const result = await runCommand(command);
  if (result.kind === "ended" && result.exitCode === 0) return;
  const why =
    result.kind === "not-installed"
      ? "it is not installed"
      : result.output.trimEnd().split("\n").slice(-15).join("\n");
  throw new LocalStackError("COMMAND_FAILED", `${command.command} ${command.args.join(" ")} failed: ${why}`);
}
