import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Pool, Queryable } from "../shared/postgres.ts";
import type { LedgerFigures, OrderTelemetry } from "./telemetry.ts";

const COUNT_EVERY_MS = 15_000;

/**
 * Counts the open orders by state for the metrics, apart from whatever people wait for. Settled ones are counted as they
 * are settled: there are millions of them (case O34).
 */
export const createLedgerFiguresLoop = (
  context: LoopContext<"ledger-figures">,
  { pool, telemetry }: { readonly pool: Pool; readonly telemetry: OrderTelemetry },
): Loop =>
  createLoop(context, {
    name: "ledger-figures",
    everyMs: COUNT_EVERY_MS,
    lost: "The ledger is no longer counted",
    beat: async () => {
      telemetry.statesSeen(await countStates(pool));
      return false;
    },
  });

/**
 * Reads the index of open orders alone, so that it costs the same however many are settled. What was open when its tenant was removed
 * stays so for ever, and would hide what is stuck.
 */
export async function countStates(db: Queryable): Promise<LedgerFigures> {
  const { rows } = await db.query<{ state: string; count: number; oldestSeconds: number }>(
    `select state, count(*) as count, extract(epoch from now() - min(archived_at))::float as "oldestSeconds"
     from order_writer.orders o where state in ('waiting', 'sending', 'unknown')
       and not exists (select from integration.tenants t where t.tenant_id = o.tenant_id and t.removed_at is not null)
     group by state`,
  );
  return {
    counts: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    oldestSeconds: Object.fromEntries(
      rows.map(({ state, oldestSeconds }) => [state, Math.max(0, oldestSeconds)]),
    ),
  };
}
