import type { Command } from "commander";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { readAddresses } from "../addresses.ts";
import { type AddTool, type Ops, UsageError, withDatabase } from "../command.ts";
import {
  countCauses,
  findLetters,
  type LetterChoice,
  listLetters,
  reasonsOf,
} from "./dead-letter-queries.ts";
import { causeLine, letterLine, letterText } from "./dead-letter-texts.ts";
import { decodedValue } from "./decoded-value.ts";
import { addDiscard, addPutBack } from "./letter-operations.ts";

type ListWords = {
  readonly tenant?: string;
  readonly topic?: string;
  readonly cause?: string;
  readonly operation?: string;
  readonly state?: string;
  readonly all: boolean;
  readonly most: string;
  readonly json: boolean;
};

/** Shows records that were set aside, and asks that they are put back or discarded. */
export const addDeadLetters: AddTool = (program, ops) => {
  const letters = program
    .command("dead-letters")
    .summary("shows records that could not be processed, puts them back, or discards them")
    .description("Records that could not be processed and were set aside with their bytes.");
  addList(letters, ops);
  addShow(letters, ops);
  addPutBack(letters, ops);
  addDiscard(letters, ops);
};

function addList(letters: Command, ops: Ops): void {
  const list = letters
    .command("list")
    .description("How many there are of each cause, and the latest of them.")
    .option("--tenant <id>", "those of one tenant")
    .option("--topic <name>", "those of one topic")
    .option("--cause <code>", "those of one cause, such as MEANINGLESS")
    .option("--operation <number>", "those that an operation put back or discarded last")
    .option(
      "--state <name>",
      "those that are waiting, sending, put-back, processed, quarantined, discarded or erased",
    )
    .option("--all", "also those of which nothing becomes any more", false)
    .option("--most <number>", "how many are listed", "20")
    .option("--json", "for programs", false)
    .addHelpText("after", "\nExample:\n  npm run ops -- dead-letters list --tenant bos --cause MEANINGLESS")
    .action((words: ListWords) => ops.run(list, () => showList(ops, words)));
}

async function showList(ops: Ops, words: ListWords): Promise<string> {
  const { tenant, topic, cause, operation, state, all, most, json } = words;
  for (const number of [most, operation ?? "1"])
    if (!/^[1-9]\d{0,4}$/.test(number)) throw new UsageError(`${number} is no number.`);
  const choice: LetterChoice = {
    ...{ tenantId: tenant ?? null, topic: topic ?? null, cause: cause ?? null, state: state ?? null },
    operationId: operation === undefined ? null : Number(operation),
    isOpen: !all && state === undefined && operation === undefined,
  };
  return withDatabase(ops, "dead-letters", async (pool) => {
    const causes = await countCauses(pool, choice);
    const latest = await listLetters(pool, choice, Number(most));
    if (json) return JSON.stringify({ causes, letters: latest });
    if (causes.length === 0) return "There is no dead letter.";
    const longest = Math.max(...causes.map(({ letters }) => letters));
    return [...causes.map((one) => causeLine(one, longest)), "", ...latest.map(letterLine)].join("\n");
  });
}

function addShow(letters: Command, ops: Ops): void {
  const show = letters
    .command("show <topic> <partition> <offset>")
    .description("Everything of one: decoded where it can be read, in hex where not.")
    .option("--json", "for programs, bytes in base64", false)
    .addHelpText("after", "\nExample:\n  npm run ops -- dead-letters show unit4.customer-changed.v1 3 1200")
    .action((topic: string, partition: string, offset: string, { json }: { readonly json: boolean }) =>
      ops.run(show, () => showOne(ops, topic, { partition, offset, json })),
    );
}

async function showOne(
  ops: Ops,
  topic: string,
  {
    partition,
    offset,
    json,
  }: { readonly partition: string; readonly offset: string; readonly json: boolean },
): Promise<string> {
  for (const number of [partition, offset])
    if (!/^\d{1,15}$/.test(number)) throw new UsageError(`${number} is no number.`);
  const place = { topic, partition: Number(partition), offset: Number(offset) };
  return withDatabase(ops, "dead-letters", async (pool) => {
    const found = await findLetters(pool, place);
    if (found.length === 0)
      throw new Failure(
        "DEAD_LETTER_UNKNOWN",
        `Nothing of ${topic}/${partition}/${offset} was set aside; npm run ops -- dead-letters list shows what was.`,
      );
    const reasons = await reasonsOf(pool, found);
    const { config } = readAddresses(ops.environment);
    const shown = await Promise.all(
      found.map(async (letter) => ({ letter, decoded: await decodedValue(config, letter) })),
    );
    if (!json) return shown.map(({ letter, decoded }) => letterText(letter, decoded, reasons)).join("\n\n");
    return JSON.stringify(
      shown.map(({ letter, decoded }) => ({
        ...letter,
        key: letter.key?.toString("base64") ?? null,
        value: letter.value?.toString("base64") ?? null,
        headerBytes: letter.headerBytes?.toString("base64") ?? null,
        decoded,
      })),
    );
  });
}
