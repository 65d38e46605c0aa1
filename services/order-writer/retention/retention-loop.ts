import { createLoop, type Loop, type LoopContext } from "../../shared/loop.ts";
import { forgetOldTotals } from "../../shared/old-totals.ts";
import type { Pool } from "../../shared/postgres.ts";
import { eraseOldContent, type LedgerPlace, ledgerOrders, sliceOrders } from "./settled-orders.ts";

/** A slice in each: two million orders take half a day, thirty million and more a week, and nobody notices. */
const EVERY_MS = 10_000;

/** More than grow old between two beats, in a moment. */
const TOTALS_AT_ONCE = 2_000;

/** Sweeps over the ledger, slice by slice and from the start again, and erases what is older than is kept. */
export function createRetentionLoop(
  context: LoopContext<"retention">,
  { pool, days }: { readonly pool: Pool; readonly days: number },
): Loop {
  let after: LedgerPlace | null = null;
  return createLoop(context, {
    name: "retention",
    everyMs: EVERY_MS,
    lost: "Content of old orders is no longer erased",
    beat: async () => {
      const most = sliceOrders(await ledgerOrders(pool), EVERY_MS);
      const { last } = await eraseOldContent(pool, after, { days, most });
      after = last;
      await forgetOldTotals(pool, "order_writer.totals", TOTALS_AT_ONCE);
      return false;
    },
  });
}
