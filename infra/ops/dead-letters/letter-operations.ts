import type { Command } from "commander";
import {
  DISCARD,
  type LettersWish,
  PUT_BACK,
} from "../../../services/shared/operations/domain/letters-wish.ts";
import type { Ops, Shown } from "../command.ts";
import { type AskWords, askAndShow, withAskOptions } from "../operations/ask-operation.ts";
import { type LetterWords, lettersWishOf, type TypedPlace } from "./letter-words.ts";

type Words = AskWords & LetterWords;

/** Asks for records to be written to their topics again. */
export function addPutBack(letters: Command, ops: Ops): void {
  const command = letters
    .command("put-back [topic] [partition] [offset]")
    .description(
      "Writes records to their topics again, in the order of partition and offset, after their cause was mended. Shows which first. What fails again is set aside again, and after some times put back only where its place is named.",
    );
  withLetterOptions(command)
    .option("--rate <letters>", "a second at most")
    .addHelpText("after", PUT_BACK_EXAMPLES);
  doAsked(command, ops, { kind: PUT_BACK, called: "letters put back" });
}

const PUT_BACK_EXAMPLES = `
Examples:
  npm run ops -- dead-letters put-back unit4.customer-changed.v1 3 1200 --reason INC-4711
  npm run ops -- dead-letters put-back --cause SCHEMA_ID_UNKNOWN --except-tenant bos --reason "the schema is registered now"
  npm run ops -- dead-letters put-back --topic unit4.order-requested.v1 --partition 3 --from-offset 1200 --to-offset 1300 --reason INC-4711 --begin --follow
  npm run ops -- dead-letters put-back --all --from 24h --rate 50 --reason "the database refused for an hour"`;

/** Asks that nothing becomes of records any more. */
export function addDiscard(letters: Command, ops: Ops): void {
  const command = letters
    .command("discard [topic] [partition] [offset]")
    .description("Nothing becomes of records any more: they are kept, with the reason. Shows which first.");
  withLetterOptions(command).addHelpText("after", DISCARD_EXAMPLES);
  doAsked(command, ops, { kind: DISCARD, called: "letters discarded" });
}

const DISCARD_EXAMPLES = `
Examples:
  npm run ops -- dead-letters discard unit4.customer-changed.v1 3 1200 --reason "a test record of the writer"
  npm run ops -- dead-letters discard --cause TOO_SHORT --tenant bos --reason INC-4711 --begin`;

const withLetterOptions = (command: Command): Command =>
  withAskOptions(
    command
      .option("--topic <name>", "those of one topic")
      .option("--partition <number>", "of one partition of it")
      .option("--from-offset <offset>", "from this record on, of that partition")
      .option("--to-offset <offset>", "up to, and without, this record")
      .option("--from <time>", "set aside from then on: with a zone, or so long ago (24h, 3d)")
      .option("--to <time>", "set aside before then")
      .option("--cause <code>", "those of one cause, such as MEANINGLESS")
      .option("--group <name>", "set aside by this consumer")
      .option("--tenant <id...>", "of these tenants; several ids in a row")
      .option("--except-tenant <id...>", "not of these tenants")
      .option("--all", "whatever they are", false),
  );

function doAsked(
  command: Command,
  ops: Ops,
  { kind, called }: { readonly kind: string; readonly called: string },
): void {
  command.action((topic?: string, partition?: string, offset?: string) =>
    ops.run(command, () =>
      ask(ops, command.opts<Words>(), { kind, called, place: [topic, partition, offset] }),
    ),
  );
}

function ask(
  ops: Ops,
  words: Words,
  { kind, called, place }: { readonly kind: string; readonly called: string; readonly place: TypedPlace },
): Promise<Shown> {
  const wish = lettersWishOf(place, words, Date.now());
  return askAndShow(ops, words, {
    ...{ kind, wish, tenantIds: wish.tenantIds, doneBy: "log-sink" },
    name: `${called}: ${choiceText(wish)}`,
  });
}

function choiceText(wish: LettersWish): string {
  const { topic, partition, fromOffset, toOffset, cause, consumerGroup, tenantIds, exceptTenantIds } = wish;
  const offsets = fromOffset === null && toOffset === null ? "" : `/${fromOffset ?? 0}–${toOffset ?? "end"}`;
  const said = [
    ...(topic === null ? [] : [`${topic}${partition === null ? "" : `/${partition}`}${offsets}`]),
    ...(cause === null ? [] : [cause]),
    ...(consumerGroup === null ? [] : [`by ${consumerGroup}`]),
    ...(tenantIds === null ? [] : [`of ${tenantIds.join(", ")}`]),
    ...(exceptTenantIds === null ? [] : [`but ${exceptTenantIds.join(", ")}`]),
    ...(wish.fromMs === null ? [] : [`from ${new Date(wish.fromMs).toISOString()}`]),
    ...(wish.toMs === null ? [] : [`to ${new Date(wish.toMs).toISOString()}`]),
  ];
  return said.length === 0 ? "all" : said.join(" ");
}
