import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { createLossGuard } from "../../../services/order-writer/loss-guard.ts";
import { createHeart } from "../../../services/order-writer/pulse.ts";
import { createOrderTelemetry } from "../../../services/order-writer/telemetry.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { loopContext } from "../../support/loop-context.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const BEATS = 20;

/** A guard that has beaten, and a database that loses its last beats. */
async function createGuard(t: TestContext) {
  const { pool, kafka } = await createWorld(t);
  const noted: string[] = [];
  const guard = createLossGuard(
    { ...loopContext },
    {
      ...{ pool, kafka, group: "order-writer", topic: TOPICS.orderRequested.name },
      instance: "one",
      quietMs: 0,
      telemetry: {
        ...createOrderTelemetry(createTelemetry("test", "silent")),
        databaseWentBack: () => void noted.push("went back"),
      },
      now: Date.now,
    },
  );
  await until("the group's coordinator", () => guard.check().then(() => true));
  const beat = () => guard.inTransaction(async () => "sent");
  for (let beats = 0; beats < BEATS; beats += 1) assert.equal(await beat(), "sent");
  return {
    beat,
    noted,
    goBack: () => pool.query("update order_writer.pulses set beat = beat - $1", [BEATS / 2]),
  };
}

test("O27: all lanes of a process notice a loss, and it is dealt with once", async (t) => {
  const { beat, goBack, noted } = await createGuard(t);
  await goBack();
  await Promise.all(Array.from({ length: 8 }, beat));
  assert.deepEqual(noted, ["went back"]);
  assert.equal(await beat(), "sent");
});

test("O27: a loss is seen until it is dealt with, however often the pulse is taken meanwhile", async (t) => {
  const { pool } = await createWorld(t);
  const heart = createHeart("one");
  for (let beats = 0; beats < BEATS; beats += 1) await heart.beatAlone(pool);
  await pool.query("update order_writer.pulses set beat = beat - 2");
  for (let looks = 0; looks < 5; looks += 1) assert.equal((await heart.beatAlone(pool)).kind, "went-back");
  await heart.accept(pool);
  assert.equal((await heart.beatAlone(pool)).kind, "steady");
});

test("O27: transactions side by side do not wait for each other's commit, and each is a witness", async (t) => {
  const { pool } = await createWorld(t);
  const heart = createHeart("one");
  await heart.accept(pool);
  const bothAreIn = Promise.withResolvers<void>();
  let inside = 0;
  const transaction = () =>
    heart.inTransaction(pool, async () => {
      inside += 1;
      if (inside === 2) bothAreIn.resolve();
      await bothAreIn.promise;
    });
  await Promise.all([transaction(), transaction()]);
  // Each of the two may be what was lost.
  for (const row of ["one/1", "one/2"]) {
    await pool.query("update order_writer.pulses set beat = beat - 1 where instance = $1", [row]);
    assert.equal((await heart.beatAlone(pool)).kind, "went-back");
    await heart.accept(pool);
    assert.equal((await heart.beatAlone(pool)).kind, "steady");
  }
});

test("O27: what others are told of is the last beat that was confirmed", async (t) => {
  const { pool } = await createWorld(t);
  const heart = createHeart("one");
  await heart.accept(pool);
  assert.deepEqual(JSON.parse(heart.note()), { instance: "one", beat: 1 });
  await heart.inTransaction(pool, async () => {});
  assert.deepEqual(JSON.parse(heart.note()), { instance: "one/1", beat: 1 });
  await heart.beatAlone(pool);
  assert.deepEqual(JSON.parse(heart.note()), { instance: "one", beat: 2 });
});
