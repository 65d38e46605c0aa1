import type { Command } from "commander";
import { Failure } from "../../../services/shared/domain/failure.ts";
import {
  type ActRefusal,
  isOver,
  OPERATION_ACTS,
  type OperationAct,
} from "../../../services/shared/operations/domain/operation-state.ts";
import { actOnOperation, listOperations } from "../../../services/shared/operations/operation-store.ts";
import type { Pool } from "../../../services/shared/postgres.ts";
import { type AddTool, accountName, type Ops, type Shown, UsageError, withDatabase } from "../command.ts";
import { endedWell, followText, operationLine, operationText } from "./operation-texts.ts";
import { differencesOf, requireOperation, watchOperation } from "./watch-operation.ts";

type Words = { readonly json: boolean; readonly by?: string; readonly most?: string };

/** Shows operations, and does to them what people do. */
export const addOperations: AddTool = (program, ops) => {
  const operations = program
    .command("operations")
    .summary("shows operations, such as replays, and confirms, pauses, resumes or cancels them")
    .description("Operations, such as replays: what was asked for, how far it is, and what it came to.");
  addList(operations, ops);
  addShow(operations, ops);
  for (const act of OPERATION_ACTS) addAct(operations, ops, act);
};

function addList(operations: Command, ops: Ops): void {
  const list = operations
    .command("list")
    .description("The latest operations, the newest first.")
    .option("--most <number>", "how many", "20")
    .option("--json", "for programs", false)
    .action((words: Words) =>
      ops.run(list, () =>
        withDatabase(ops, "operations", async (pool) => {
          const found = await listOperations(pool, numberOf(words.most ?? ""));
          if (words.json) return JSON.stringify(found);
          return found.length === 0 ? "There is no operation." : found.map(operationLine).join("\n");
        }),
      ),
    );
}

function addShow(operations: Command, ops: Ops): void {
  for (const [name, description, follow] of [
    ["show", "Everything that is known of one.", false],
    ["follow", "Shows how far one is until it is over; exit code 3 where it ended badly.", true],
  ] as const) {
    const command = operations
      .command(`${name} <number>`)
      .description(description)
      .option("--json", "for programs", false)
      .addHelpText("after", `\nExample:\n  npm run ops -- operations ${name} 12`)
      .action((number: string, { json }: Words) =>
        ops.run(command, () =>
          withDatabase(ops, "operations", (pool) =>
            shownOperation(ops, pool, numberOf(number), { follow, json }),
          ),
        ),
      );
  }
}

const ACTS: Readonly<Record<OperationAct, string>> = {
  confirm: "Begins one whose plan is there; the asker may not where another person has to look.",
  pause: "Halts one after the chunk at hand.",
  resume: "Lets one go on where it was halted.",
  cancel: "Ends one after the chunk at hand; what was done stays, and may be asked for again.",
};

function addAct(operations: Command, ops: Ops, act: OperationAct): void {
  const command = operations
    .command(`${act} <number>`)
    .description(ACTS[act])
    .option("--by <name>", "who acts; the account that runs this unless told")
    .option("--json", "for programs", false)
    .addHelpText("after", `\nExample:\n  npm run ops -- operations ${act} 12`)
    .action((number: string, words: Words) =>
      ops.run(command, () => actOn(ops, act, numberOf(number), words)),
    );
}

async function actOn(ops: Ops, act: OperationAct, operationId: number, words: Words): Promise<Shown> {
  return withDatabase(ops, "operations", async (pool) => {
    const known = await requireOperation(pool, operationId);
    const outcome = await actOnOperation(pool, operationId, act, words.by ?? accountName());
    if (outcome?.kind === "refused")
      throw new Failure(
        "OPERATION_REFUSED",
        `Operation ${operationId} is ${known.state}: ${REFUSALS[outcome.why]}`,
      );
    return shownOperation(ops, pool, operationId, { json: words.json, follow: false });
  });
}

const REFUSALS: Readonly<Record<ActRefusal, string>> = {
  "not-planned": "its plan is still being made; try again when it is there.",
  "second-person": "whoever asked for it may not confirm it; another person has to (--by).",
  "not-now": "that cannot be done to it now.",
};

/** An operation as it is, or as it ended. */
export async function shownOperation(
  { say }: Ops,
  pool: Pool,
  operationId: number,
  { follow, json }: { readonly follow: boolean; readonly json: boolean },
): Promise<Shown> {
  let said = "";
  const operation = follow
    ? await watchOperation(
        pool,
        operationId,
        ({ state }) => isOver(state),
        (one) => {
          const line = followText(one);
          if (!json && line !== said) say(line);
          said = line;
        },
      )
    : await requireOperation(pool, operationId);
  const differences = await differencesOf(pool, operationId);
  const isBad = isOver(operation.state) && operation.state !== "cancelled" && !endedWell(operation);
  const isBadEnd = follow && !endedWell(operation);
  return {
    text: json ? JSON.stringify({ ...operation, differences }) : operationText(operation, differences),
    exitCode: isBad || isBadEnd ? 3 : 0,
  };
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${text} is no number.`);
  return Number(text);
}
