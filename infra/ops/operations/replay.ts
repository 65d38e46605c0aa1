import { REPLAY, REPLAYED_ENTITIES } from "../../../services/shared/operations/domain/replay-wish.ts";
import type { AddTool, Ops, Shown } from "../command.ts";
import { type AskWords, askAndShow, withAskOptions } from "./ask-operation.ts";
import { type ReplayWords, replayWishOf } from "./replay-words.ts";

/** Asks for a replay, shows its plan, and begins it where that was asked for. */
export const addReplay: AddTool = (program, ops) => {
  const command = program
    .command("replay")
    .summary("reads a topic again, of some tenants and some time, beside live work")
    .description(
      "Reads a topic again, of some tenants and some time, beside live work. Shows what would change; nothing is sent or told anew.",
    )
    .option("--entity <name>", `what is read again: ${REPLAYED_ENTITIES.join(", ")}`)
    .option("--tenant <id...>", "whose records; several ids in a row")
    .option("--all-tenants", "those of all; another person has to confirm it", false)
    .option("--from <time>", "from where the topic stood then: with a zone, or so long ago (24h, 3d)")
    .option("--to <time>", "up to where the topic stood then; the end as it is now unless told")
    .option("--from-offset <partition:offset>", "from this record on, of this partition alone")
    .option("--to-offset <partition:offset>", "up to, and without, this record")
    .option("--rate <records>", "a second at most")
    .option("--no-preview", "leaves out which rows would change");
  withAskOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((words: ReplayWords & AskWords) => ops.run(command, () => replay(ops, words)));
};

const EXAMPLES = `
Examples:
  npm run ops -- replay --entity customers --tenant bos --from 2026-11-24T00:00+01:00 --to 2026-11-25T00:00+01:00 --reason "changes of Tuesday are missing"
  npm run ops -- replay --entity articles --tenant bos vos --from 3d --reason INC-4711 --begin --follow
  npm run ops -- replay --entity customers --all-tenants --reason "restored from a backup" --rate 2000`;

async function replay(ops: Ops, words: ReplayWords & AskWords): Promise<Shown> {
  const wish = replayWishOf(words, Date.now());
  return askAndShow(ops, words, {
    ...{ kind: REPLAY, wish, tenantIds: wish.tenantIds, doneBy: "simon-projector" },
    name: `replay of ${wish.entity} of ${wish.tenantIds?.join(", ") ?? "all tenants"}`,
  });
}
