import { isOver } from "../../../services/shared/operations/domain/operation-state.ts";
import { REPLAY, REPLAYED_ENTITIES } from "../../../services/shared/operations/domain/replay-wish.ts";
import { askOperation, type Operation } from "../../../services/shared/operations/operation-store.ts";
import { type AddTool, accountName, type Ops, type Shown, UsageError, withDatabase } from "../command.ts";
import { shownOperation } from "./operations.ts";
import { type ReplayWords, replayWishOf } from "./replay-words.ts";
import { watchOperation } from "./watch-operation.ts";

type Words = ReplayWords & {
  readonly reason?: string;
  readonly name?: string;
  readonly by?: string;
  readonly begin: boolean;
  readonly follow: boolean;
  readonly json: boolean;
};

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
    .option("--no-preview", "leaves out which rows would change")
    .option("--reason <text>", "why, in words or as the address of an incident")
    .option("--name <text>", "what people call it")
    .option("--by <name>", "who asks; the account that runs this unless told")
    .option("--begin", "begins once the plan is there, where nobody else has to confirm it", false)
    .option("--follow", "waits for the end", false)
    .option("--json", "for programs", false)
    .addHelpText("after", EXAMPLES)
    .action((words: Words) => ops.run(command, () => replay(ops, words)));
};

const EXAMPLES = `
Examples:
  npm run ops -- replay --entity customers --tenant bos --from 2026-11-24T00:00+01:00 --to 2026-11-25T00:00+01:00 --reason "changes of Tuesday are missing"
  npm run ops -- replay --entity articles --tenant bos vos --from 3d --reason INC-4711 --begin --follow
  npm run ops -- replay --entity customers --all-tenants --reason "restored from a backup" --rate 2000`;

async function replay(ops: Ops, words: Words): Promise<Shown> {
  const wish = replayWishOf(words, Date.now());
  const { reason, begin, by = accountName() } = words;
  if (reason === undefined || reason.trim() === "") throw new UsageError("Why? Say it by --reason.");
  return withDatabase(ops, "replay", async (pool) => {
    const operationId = await askOperation(pool, {
      kind: REPLAY,
      name: words.name ?? `replay of ${wish.entity} of ${wish.tenantIds?.join(", ") ?? "all tenants"}`,
      ...{ reason, wish, tenantIds: wish.tenantIds, beginsAtOnce: begin, requestedBy: by },
    });
    if (!words.json) ops.say(`operation ${operationId} is asked for; its plan is being made`);
    await watchOperation(
      pool,
      operationId,
      ({ plan, state }) => plan !== null || isOver(state),
      hintWhenAlone(ops, words.json),
    );
    return shownOperation(ops, pool, operationId, words);
  });
}

const ALONE_AFTER_MS = 10_000;

/** Says once that nobody has taken the operation up for a while. */
function hintWhenAlone({ say }: Ops, isSilent: boolean): (operation: Operation) => void {
  const since = Date.now();
  let isSaid = isSilent;
  return ({ workedAtBy }) => {
    if (isSaid || workedAtBy !== null || Date.now() - since < ALONE_AFTER_MS) return;
    isSaid = true;
    say("nobody has taken it up yet: does a simon-projector run? It waits, also when this tool is ended");
  };
}
