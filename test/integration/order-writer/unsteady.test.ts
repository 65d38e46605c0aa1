import assert from "node:assert/strict";
import { test } from "node:test";
import { createWriterLoops } from "../../../services/order-writer/writer-loop.ts";
import { type Connection, inTransaction } from "../../../services/shared/postgres.ts";
import { ledgerOf } from "../../support/ledger-world.ts";
import { loopContext } from "../../support/loop-context.ts";
import { until } from "../../support/until.ts";

test("O27: as long as the database may have lost something a lane is tried after longer and longer rests", async (t) => {
  const { world, deps, archive, sent } = await ledgerOf(t);
  const settledAt = Date.now() + 3_000;
  let tries = 0;
  const { writer, renewal } = createWriterLoops(loopContext, {
    ...deps,
    guarded: async <T>(work: (tx: Connection) => Promise<T>) => {
      tries += 1;
      return Date.now() < settledAt ? null : inTransaction(world.pool, work);
    },
    ...{ lanes: 4, leaseMarginMs: 15_000, instance: "test" },
    onTurnEnded: () => {},
    stopReading: () => {},
  });
  await archive({});
  await writer.start();
  await until("the order", () => sent.length === 1);
  await writer.stop();
  await renewal.stop();
  assert.ok(tries >= 2 && tries <= 6, `${tries} tries in 3 s`);
  const { rows } = await world.pool.query("select failures from order_writer.lanes");
  assert.deepEqual(rows, [{ failures: 0 }]);
});
