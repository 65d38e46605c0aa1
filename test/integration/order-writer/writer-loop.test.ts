import assert from "node:assert/strict";
import { test } from "node:test";
import { createWriterLoops } from "../../../services/order-writer/writer-loop.ts";
import { createHealth } from "../../../services/shared/health.ts";
import { type Connection, inTransaction } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
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

test("O57: a sending that never ends makes /health/live fail after 15 minutes", async (t) => {
  const { deps, archive, sent } = await ledgerOf(t);
  const ending = Promise.withResolvers<void>();
  let nowMs = 0;
  const { writer } = createWriterLoops(
    { ...loopContext, now: () => nowMs },
    {
      ...deps,
      api: {
        ...deps.api,
        send: async (...order) => {
          const outcome = await deps.api.send(...order);
          await ending.promise;
          return outcome;
        },
      },
      ...{ lanes: 4, leaseMarginMs: 15_000, instance: "test" },
      onTurnEnded: () => {},
      stopReading: () => {},
    },
  );
  const answer = createHealth([writer], createTelemetry("test", "silent"), () => ({ status: "started" }));
  const live = async () => (await answer("/health/live")).status;
  await archive({});
  await writer.start();
  await until("the sending", () => sent.length === 1);
  nowMs = 15 * 60_000 - 1;
  // A beat that was under way when the clock went on has to end first.
  await until("a beat of that time", async () => (await live()) === 200);
  nowMs += 1;
  assert.equal(await live(), 503);
  ending.resolve();
  await until("its end", async () => (await live()) === 200);
  await writer.stop();
});
