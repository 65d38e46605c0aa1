import {
  REREQUEST,
  type RerequestWish,
  rerequestWishSchema,
} from "../../../services/shared/operations/domain/rerequest-wish.ts";
import type { AddTool, Ops, Shown } from "../command.ts";
import { type AskWords, askAndShow, withAskOptions } from "./ask-operation.ts";
import { timeOf } from "./typed-time.ts";
import { namedTenants, wishFrom } from "./typed-wish.ts";

type Words = AskWords & {
  readonly tenant?: readonly string[];
  readonly from?: string;
  readonly to?: string;
};

/** Asks for orders to be requested again, shows which and why not, and begins it where that was asked for. */
export const addRerequest: AddTool = (program, ops) => {
  const command = program
    .command("rerequest")
    .summary("asks for orders of archived workorders again that the ledger does not have")
    .description(
      "Asks for orders of archived workorders again that the ledger does not have, though they were asked for. Shows which first, and why the others are left alone. What was refused or skipped stays so, nobody is told anything anew, and Unit4 is asked for each order before it is sent.",
    )
    .option("--tenant <id...>", "whose workorders; several ids in a row")
    .option("--from <time>", "archived events from then on: with a zone, or so long ago (24h, 3d)")
    .option("--to <time>", "up to then; as far as they are decided unless told");
  withAskOptions(command)
    .addHelpText("after", EXAMPLES)
    .action((words: Words) => ops.run(command, () => rerequest(ops, words)));
};

const EXAMPLES = `
Examples:
  npm run ops -- rerequest --tenant bos --from 7d --reason "requests of Tuesday were lost"
  npm run ops -- rerequest --tenant bos vos --from 2026-11-24T00:00+01:00 --to 2026-11-25T00:00+01:00 --reason INC-4711 --begin --follow`;

async function rerequest(ops: Ops, words: Words): Promise<Shown> {
  const wish = rerequestWishOf(words, Date.now());
  return askAndShow(ops, words, {
    ...{ kind: REREQUEST, wish, tenantIds: wish.tenantIds, doneBy: "workorder-archived" },
    name: `requests of ${wish.tenantIds.join(", ")} again`,
  });
}

/** The wish in words. @throws UsageError */
function rerequestWishOf({ tenant, from, to }: Words, nowMs: number): RerequestWish {
  const bound = (time: string | undefined) => (time === undefined ? null : { atMs: timeOf(time, nowMs) });
  return wishFrom(rerequestWishSchema, { tenantIds: namedTenants(tenant), from: bound(from), to: bound(to) });
}
