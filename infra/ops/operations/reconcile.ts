import {
  RECONCILE,
  type ReconcileWish,
  reconcileWishSchema,
} from "../../../services/shared/operations/domain/reconcile-wish.ts";
import type { AddTool, Ops, Shown } from "../command.ts";
import { type AskWords, askAndShow, withAskOptions } from "./ask-operation.ts";
import { entitiesOf } from "./list-words.ts";
import { namedTenants, wishFrom } from "./typed-wish.ts";

type Words = AskWords & { readonly tenant?: readonly string[]; readonly entity?: string };

/** Asks for a comparison; it begins at once, since it changes nothing. */
export const addReconcile: AddTool = (program, ops) => {
  const command = program
    .command("reconcile")
    .summary("compares Simon's rows with the last complete lists of Unit4")
    .description(
      "Compares Simon's rows of tenants with the last complete lists of Unit4, by count and checksum of their ids. Changes nothing, and asks Unit4 for nothing. It begins at once; exit code 3 where something differs and was followed.",
    )
    .option("--tenant <id...>", "whose rows; several ids in a row")
    .option("--entity <name>", "customers or articles; both unless told");
  withAskOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((words: Words) => ops.run(command, () => reconcile(ops, words)));
};

const EXAMPLES = `
Examples:
  npm run ops -- reconcile --tenant bos --reason "the office misses customers" --follow
  npm run ops -- reconcile --tenant bos vos --entity articles --reason INC-4711 --follow --json`;

async function reconcile(ops: Ops, words: Words): Promise<Shown> {
  const wish = reconcileWishOf(words);
  return askAndShow(
    ops,
    { ...words, begin: true },
    {
      ...{ kind: RECONCILE, wish, tenantIds: wish.tenantIds, doneBy: "unit4-poller" },
      name: `comparison of ${wish.tenantIds.join(", ")} with Unit4's lists`,
    },
  );
}

/** The wish in words. @throws UsageError */
function reconcileWishOf({ tenant, entity }: Words): ReconcileWish {
  return wishFrom(reconcileWishSchema, { tenantIds: namedTenants(tenant), entities: entitiesOf(entity) });
}
