import type { Command } from "commander";
import { isOver } from "../../../services/shared/operations/domain/operation-state.ts";
import { askOperation, type Operation } from "../../../services/shared/operations/operation-store.ts";
import { accountName, type Ops, type Shown, UsageError, withDatabase } from "../command.ts";
import { shownOperation } from "./operations.ts";
import { watchOperation } from "./watch-operation.ts";

/** What is typed to ask for an operation, whatever its kind. */
export type AskWords = {
  readonly reason?: string;
  readonly name?: string;
  readonly by?: string;
  readonly begin: boolean;
  readonly follow: boolean;
  readonly json: boolean;
};

/** Adds the options that every kind has. */
export const withAskOptions = (command: Command): Command =>
  command
    .option("--reason <text>", "why, in words or as the address of an incident")
    .option("--name <text>", "what people call it")
    .option("--by <name>", "who asks; the account that runs this unless told")
    .option("--begin", "begins once the plan is there, where nobody else has to confirm it", false)
    .option("--follow", "waits for the end", false)
    .option("--json", "for programs", false);

type Wished = {
  readonly kind: string;
  readonly wish: object;
  /** Null for all. */
  readonly tenantIds: readonly string[] | null;
  /** What it is called unless people say something else. */
  readonly name: string;
  /** The service that does it. */
  readonly doneBy: string;
};

/** Asks for an operation, waits for its plan, and shows it; or its end, where that is to be followed. @throws UsageError */
export async function askAndShow(ops: Ops, words: AskWords, wished: Wished): Promise<Shown> {
  const { kind, wish, tenantIds, doneBy } = wished;
  const { reason, begin, name = wished.name, by = accountName() } = words;
  if (reason === undefined || reason.trim() === "") throw new UsageError("Why? Say it by --reason.");
  return withDatabase(ops, kind, async (pool) => {
    const operationId = await askOperation(pool, {
      ...{ kind, name, reason, wish, tenantIds, beginsAtOnce: begin, requestedBy: by },
    });
    if (!words.json) ops.say(`operation ${operationId} is asked for; its plan is being made`);
    await watchOperation(
      pool,
      operationId,
      ({ plan, state }) => plan !== null || isOver(state),
      hintWhenAlone(ops, doneBy, words.json),
    );
    return shownOperation(ops, pool, operationId, words);
  });
}

const ALONE_AFTER_MS = 10_000;

/** Says once that nobody has taken the operation up for a while. */
function hintWhenAlone({ say }: Ops, doneBy: string, isSilent: boolean): (operation: Operation) => void {
  const since = Date.now();
  let isSaid = isSilent;
  return ({ workedAtBy }) => {
    if (isSaid || workedAtBy !== null || Date.now() - since < ALONE_AFTER_MS) return;
    isSaid = true;
    say(`nobody has taken it up yet: does a ${doneBy} run? It waits, also when this tool is ended`);
  };
}
