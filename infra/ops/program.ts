import { Command, CommanderError } from "commander";
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import { LocalStackError } from "../local/processes/local-stack-error.ts";
import { type AddTool, type ExitCode, type Ops, UsageError } from "./command.ts";
import { addDeadLetters } from "./dead-letters/dead-letters.ts";
import { addKeys } from "./keys.ts";
import { addOperations } from "./operations/operations.ts";
import { addReconcile } from "./operations/reconcile.ts";
import { addReplay } from "./operations/replay.ts";
import { addRerequest } from "./operations/rerequest.ts";
import { addResync } from "./operations/resync.ts";
import { addRetry } from "./retry.ts";
import { addStatus } from "./status.ts";
import { addSupportBundle } from "./support-bundle/support-bundle.ts";

type Output = Pick<Console, "log" | "error">;

const TOOLS: readonly AddTool[] = [
  addStatus,
  addRetry,
  addReplay,
  addResync,
  addRerequest,
  addReconcile,
  addOperations,
  addDeadLetters,
  addKeys,
  addSupportBundle,
];

/**
 * Runs one tool by the words that were typed after `npm run ops --`.
 * @param output where it shows what it has to say
 * @returns the exit code of the process; nothing is thrown
 */
export async function runOps(
  args: readonly string[],
  environment: Ops["environment"],
  output: Output = console,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const ops: Ops = {
    environment,
    say: (line) => output.log(line),
    run: async (command, work) => {
      try {
        const shown = await work();
        const { text, exitCode: code } =
          typeof shown === "string" ? { text: shown, exitCode: 0 as const } : shown;
        exitCode = code;
        output.log(text);
      } catch (error) {
        exitCode = told(output, command, error);
      }
    },
  };
  try {
    await programWith(ops, output).parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // The program has said what it has to say: help that was asked for, or what makes no sense.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function programWith(ops: Ops, output: Output): Command {
  const program = new Command("npm run ops --")
    .usage("<command> [options]")
    .description("The tools of who operates the pipeline.")
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((one) => `<${one.name()}>`)].join(" "),
      optionDescription: ({ description }) => description,
    })
    .configureOutput({
      writeOut: (text) => output.log(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
      outputError: (text, write) =>
        write(text.replace(/^error: unknown command '(.*?)'\.?/, "There is no command $1.")),
    })
    .addHelpText("after", "\nnpm run ops -- <command> --help shows the options of a command, with examples.");
  for (const add of TOOLS) add(program, ops);
  return program;
}

/** Says what went wrong. @returns the exit code for it */
function told(output: Output, command: Command, error: unknown): ExitCode {
  if (error instanceof UsageError) {
    output.error(`${error.message}\n\n${command.helpInformation()}`);
    return 2;
  }
  const isExplained = error instanceof Failure || error instanceof LocalStackError;
  output.error(
    isExplained
      ? error.message
      : `${command.name()} failed: ${describeError(error)}. Is the pipeline running (npm start), and does the environment name it?`,
  );
  return 1;
}
