/** `npm run ops -- <command>`: the tools of who operates the pipeline. Exit code 2: the words typed make no sense. */
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import { LocalStackError } from "../local/processes/local-stack-error.ts";
import { type Command, isUsageError } from "./command.ts";
import { keysCommand } from "./keys.ts";
import { retryCommand } from "./retry.ts";
import { statusCommand } from "./status.ts";

const COMMANDS: readonly Command[] = [statusCommand, retryCommand, keysCommand];
const HELP = new Set(["help", "--help", "-h"]);

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    const isHelp = name !== undefined && HELP.has(name);
    if (name !== undefined && !isHelp) console.error(`There is no command ${name}.`);
    (isHelp ? console.log : console.error)(usage());
    return isHelp ? 0 : 2;
  }
  if (args.some((arg) => HELP.has(arg))) {
    console.log(usageOf(command));
    return 0;
  }
  return run(command, args);
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  try {
    console.log(await command.run(args, process.env));
    return 0;
  } catch (error) {
    if (isUsageError(error)) {
      console.error(`${error.message}\n${usageOf(command)}`);
      return 2;
    }
    const isExplained = error instanceof Failure || error instanceof LocalStackError;
    console.error(
      isExplained
        ? error.message
        : `${command.name} failed: ${describeError(error)}. Is the pipeline running (npm start), and does the environment name it?`,
    );
    return 1;
  }
}

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "Usage: npm run ops -- <command> [options]",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "npm run ops -- <command> --help shows the options of a command.",
  ].join("\n");
}

function usageOf({ name, summary, usage: options }: Command): string {
  return `Usage: npm run ops -- ${name} ${options}\n${summary[0]?.toUpperCase()}${summary.slice(1)}.`;
}
