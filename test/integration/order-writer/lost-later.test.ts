import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { lookFirst } from "../../../services/order-writer/lost-stretch.ts";
import { FIRST, LOST, ledgerOf } from "../../support/ledger-world.ts";
import { rememberSchemas } from "../../support/lost-database.ts";

const retry = { id: "x", at: 1, by: "kantoor" };

/** A ledger that goes back and is noticed to have. Requests up to offset 0 are read again. */
async function ledgerThatGoesBack(t: TestContext) {
  const ledger = await ledgerOf(t);
  const { world, lane, due, serve } = ledger;
  return {
    ...ledger,
    remember: () => rememberSchemas(world, ["order_writer"]),
    noticed: async () => {
      await lookFirst(
        { pool: world.pool, kafka: world.kafka, group: "order-writer", topic: TOPICS.orderRequested.name },
        0,
      );
      await world.pool.query(
        `insert into order_writer.rechecks (topic, partition, until_offset, asked_from) values ('t', 0, 1, now())`,
      );
    },
    /** Serves what is due until nothing is. */
    serveAll: async () => {
      const leased = await lane();
      for (let count = 0; count < 10; count += 1) {
        const order = await due(leased);
        if (order === null) return;
        await serve(leased, order);
      }
      assert.fail("it has no end");
    },
  };
}

test("O27, O52: a later archiving that was sent in the lost stretch is looked for under its own content too", async (t) => {
  for (const isKeptBefore of [true, false]) {
    const {
      sent,
      asked,
      answerWith,
      lookUpGives,
      archive,
      lane,
      due,
      serve,
      row,
      remember,
      noticed,
      serveAll,
    } = await ledgerThatGoesBack(t);
    await archive({ customerId: "0017" });
    answerWith(LOST);
    const leased = await lane();
    await serve(leased, await due(leased));
    const later = { customerId: "10001", archivedAt: FIRST + 1 };
    if (isKeptBefore) await archive(later);
    const before = await remember();
    if (!isKeptBefore) await archive(later);
    answerWith({ kind: "refused", reasons: [] });
    // In the lost stretch: the first one is absent, and the later one is sent.
    await serve(leased, await due(leased));
    await serve(leased, await due(leased));
    await serve(leased, await due(leased));
    assert.equal(sent.length, 2);
    await before.putBack();
    await noticed();
    if (!isKeptBefore) await archive(later);
    asked.length = 0;
    lookUpGives({ kind: "absent" });
    await serveAll();
    assert.deepEqual(asked, ["0017", "0017", "10001", "10001"], String(isKeptBefore));
    assert.notEqual((await row())?.state, "unknown");
  }
});

test("O27, O29: an order that was made again in the lost stretch is looked for twice before it is made once more", async (t) => {
  for (const isKeptBefore of [true, false]) {
    const { sent, asked, visitGives, archive, remember, noticed, serveAll } = await ledgerThatGoesBack(t);
    await archive({ customerId: "0017" });
    await serveAll();
    const again = { customerId: "10001", sequence: 2, retry };
    if (isKeptBefore) await archive(again);
    const before = await remember();
    if (!isKeptBefore) await archive(again);
    visitGives({ kind: "absent" });
    await serveAll();
    assert.equal(sent.length, 2);
    await before.putBack();
    await noticed();
    if (!isKeptBefore) await archive(again);
    asked.length = 0;
    await serveAll();
    assert.ok(asked.filter((customer) => customer === "10001").length >= 2, String(isKeptBefore));
  }
});

test("O27: a look-up that was under way when a loss was noticed does not count", async (t) => {
  const { world, deps, sent, answerWith, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({});
  answerWith(LOST);
  const leased = await lane();
  await serve(leased, await due(leased));
  const counted = async () =>
    (await world.pool.query<{ count: number }>("select absent_lookups as count from order_writer.orders"))
      .rows[0]?.count;
  await serve(leased, await due(leased));
  assert.equal(await counted(), 1);
  deps.api.lookUp = async () => {
    await lookFirst(
      { pool: world.pool, kafka: world.kafka, group: "order-writer", topic: TOPICS.orderRequested.name },
      60_000,
    );
    return { kind: "absent" };
  };
  await serve(leased, await due(leased));
  assert.equal((await row())?.state, "unknown");
  assert.equal(await counted(), 0);
  assert.equal(await due(leased), null);
  assert.equal(sent.length, 1);
});
