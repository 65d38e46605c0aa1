import {
  RESYNC,
  type ResyncWish,
  resyncWishSchema,
} from "../../../services/shared/operations/domain/resync-wish.ts";
import type { AddTool, Ops, Shown } from "../command.ts";
import { type AskWords, askAndShow, withAskOptions } from "./ask-operation.ts";
import { entitiesOf } from "./list-words.ts";
import { namedTenants, wishFrom } from "./typed-wish.ts";

type Words = AskWords & {
  readonly tenant?: readonly string[];
  readonly entity?: string;
  readonly full: boolean;
};

/** Asks for a resync, shows its plan, and begins it where that was asked for. */
export const addResync: AddTool = (program, ops) => {
  const command = program
    .command("resync")
    .summary("fetches tenants from Unit4 again: what changed, or everything")
    .description(
      "Fetches tenants from Unit4 again, now instead of at their next turn: what changed since it was read last, or every row (--full). Live polls go first.",
    )
    .option("--tenant <id...>", "whose lists; several ids in a row")
    .option("--entity <name>", "customers or articles; both unless told")
    .option("--full", "every row is told anew, whether it changed or not", false);
  withAskOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((words: Words) => ops.run(command, () => resync(ops, words)));
};

const EXAMPLES = `
Examples:
  npm run ops -- resync --tenant bos --reason "the office waits for a new article" --begin --follow
  npm run ops -- resync --tenant bos vos --entity customers --full --reason INC-4711
  npm run ops -- resync --tenant bos --full --reason "replay 12 was not equal" --begin --json`;

async function resync(ops: Ops, words: Words): Promise<Shown> {
  const wish = resyncWishOf(words);
  const what = words.entity ?? "all lists";
  return askAndShow(ops, words, {
    ...{ kind: RESYNC, wish, tenantIds: wish.tenantIds, doneBy: "unit4-poller" },
    name: `${wish.isFull ? "full resync" : "resync"} of ${what} of ${wish.tenantIds.join(", ")}`,
  });
}

/** The wish in words. @throws UsageError */
function resyncWishOf({ tenant, entity, full }: Words): ResyncWish {
  return wishFrom(resyncWishSchema, {
    tenantIds: namedTenants(tenant),
    entities: entitiesOf(entity),
    isFull: full,
  });
}
