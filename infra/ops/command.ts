/** A tool of who operates the pipeline: `npm run ops -- <name> …`. */
export type Command = {
  readonly name: string;
  /** What it does, as one line of the list of commands. */
  readonly summary: string;
  /** What follows its name: options with their values. */
  readonly usage: string;
  /**
   * Does it. @param args what was typed after its name
   * @returns what to show; throws UsageError when the words make no sense, Failure when it cannot be done
   */
  run(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<string>;
};

/** The words typed make no sense to the command: its usage says what does. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Whether the words typed are to blame; parseArgs throws a TypeError for an option that it does not know. */
export function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof TypeError && /^ERR_PARSE_ARGS/.test(codeOf(error)));
}

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "");
