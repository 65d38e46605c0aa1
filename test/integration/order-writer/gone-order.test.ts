import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged, OrderSettled } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { OrderPolicy } from "../../../services/order-writer/domain/order-state.ts";
import { createOutbox } from "../../../services/order-writer/outbox.ts";
import { createMessageLog } from "../../../services/shared/messages.ts";
import { ledgerOf } from "../../support/ledger-world.ts";
import { plain } from "../../support/plain.ts";
import type { World } from "../../support/world.ts";

/** An order that stands in Unit4 as 20260052, and its workorder archived anew with these changes. */
async function archivedAnew(t: TestContext, policy: Partial<OrderPolicy> = {}) {
  const orders = await ledgerOf(t, policy);
  const { world, archive, lane, due, serve } = orders;
  await archive({});
  const leased = await lane();
  await serve(leased, await due(leased));
  return {
    ...orders,
    leased,
    next: async () => serve(leased, await due(leased)),
    toTell: async () =>
      (
        await world.pool.query<{ state: string; code: string; order: string; sequence: number }>(
          `update order_writer.orders set published_at = now() where settled_at is not null and published_at is null
           returning state, code, params ->> 'orderId' as order, sequence`,
        )
      ).rows,
  };
}

const LINES = [{ kind: "article", articleId: "2001", articleType: 0, quantity: "3", text: "" } as const];

test("O29, O04: archived anew, Unit4 is asked first; the order is there: told with its number, and no second one", async (t) => {
  const { archive, next, toTell, due, leased, sent } = await archivedAnew(t);
  await toTell();
  for (const [sequence, lines, code] of [
    [2, undefined, "ORDER_ALREADY_WRITTEN"],
    [3, LINES, "ORDER_CHANGED_AFTER_WRITING"],
  ] as const) {
    await archive(lines === undefined ? { sequence } : { sequence, lines });
    assert.deepEqual(await toTell(), [], "nothing is said before Unit4 was asked");
    await next();
    assert.deepEqual(await toTell(), [{ state: "written", code, order: "20260052", sequence }]);
  }
  assert.equal(await due(leased), null);
  assert.equal(sent.length, 1);
});

test("O29: the order was deleted in Unit4: told, and made again once when a person sends the workorder", async (t) => {
  const { archive, next, toTell, visitGives, due, leased, sent, row, world } = await archivedAnew(t);
  await toTell();
  visitGives({ kind: "absent" });
  await archive({ sequence: 2, lines: LINES });
  await next();
  const gone = { state: "refused", code: "ORDER_GONE", order: "20260052" };
  assert.deepEqual(await toTell(), [{ ...gone, sequence: 2 }]);
  assert.equal((await world.pool.query("select from order_writer.order_checks")).rowCount, 0);
  // Archived once more it is said again, and never made by itself.
  await archive({ sequence: 3, lines: LINES });
  assert.equal(await due(leased), null);
  assert.deepEqual(await toTell(), [{ ...gone, sequence: 3 }]);
  assert.equal(sent.length, 1);
  const retry = { id: "x", at: 1, by: "kantoor" };
  await archive({ sequence: 4, lines: LINES, retry });
  await archive({ sequence: 4, lines: LINES, retry });
  await next();
  assert.equal((await row())?.state, "written");
  assert.deepEqual(
    sent.map(({ orderLines }) => orderLines[0]?.quantityOrdered),
    [2, 3],
  );
  assert.equal(await due(leased), null);
});

test("O29: a person sends a written workorder again whose order is gone: one new order", async (t) => {
  const { archive, next, visitGives, sent, row, due, leased } = await archivedAnew(t);
  visitGives({ kind: "absent" });
  await archive({ sequence: 2, retry: { id: "x", at: 1, by: "kantoor" } });
  await next();
  assert.equal((await row())?.state, "waiting");
  await next();
  assert.equal((await row())?.state, "written");
  assert.equal(sent.length, 2);
  assert.equal(await due(leased), null);
});

/** What is told from now on, as it stands on the topics. */
async function tellingOf(world: World) {
  const { orderSettled, messageLogged } = TOPICS;
  const outbox = createOutbox({
    pool: world.pool,
    publisher: world.publisher,
    settledEncoder: await world.avro.encoder(orderSettled.name, orderSettled.schema),
    messages: createMessageLog(
      world.publisher,
      await world.avro.encoder(messageLogged.name, messageLogged.schema),
    ),
  });
  return async () => {
    await outbox.publish();
    return {
      settled: (await world.records<OrderSettled>("orderSettled")).at(-1)?.value,
      message: (await world.records<MessageLogged>("messageLogged")).at(-1)?.value,
    };
  };
}

test("O29: made again and refused, an order that was deleted is named by nothing that is told any more", async (t) => {
  const { archive, next, visitGives, answerWith, world, row } = await archivedAnew(t);
  const tell = await tellingOf(world);
  assert.equal((await tell()).settled?.orderId, "20260052");
  visitGives({ kind: "absent" });
  await archive({ sequence: 2 });
  await next();
  const gone = await tell();
  assert.equal(gone.settled?.orderId, null, "there is no such order in Unit4");
  assert.equal(gone.message?.params["orderId"], "20260052");
  const reasons = [{ text: plain("Debiteur 10001 is passief."), path: "/customerId" }];
  answerWith({ kind: "refused", reasons });
  for (const sequence of [3, 4]) {
    await archive({ sequence, retry: { id: String(sequence), at: sequence, by: "kantoor" } });
    await next();
    assert.equal((await row())?.state, "refused");
    const refused = await tell();
    assert.deepEqual(
      [refused.settled?.sequence, refused.settled?.code, refused.settled?.orderId],
      [sequence, "ORDER_CUSTOMER_PASSIVE", null],
    );
    assert.ok(!JSON.stringify(refused).includes("20260052"));
    const { rows } = await world.pool.query("select order_id from order_writer.orders");
    assert.deepEqual(rows, [{ order_id: null }]);
  }
});

test("O29: sent again by a person, deleted and refused: the same", async (t) => {
  const { archive, next, visitGives, answerWith, world, row } = await archivedAnew(t);
  const tell = await tellingOf(world);
  visitGives({ kind: "absent" });
  answerWith({ kind: "refused", reasons: [{ text: plain("Debiteur 10001 is passief."), path: "" }] });
  await archive({ sequence: 2, retry: { id: "x", at: 1, by: "kantoor" } });
  await next();
  await next();
  assert.equal((await row())?.state, "refused");
  assert.equal((await tell()).settled?.orderId, null);
});

test("O29: as long as Unit4 does not answer nothing is said, and what was archived last by then is judged", async (t) => {
  const { archive, next, toTell, visitGives, sent } = await archivedAnew(t);
  await toTell();
  visitGives({ kind: "no-answer", reason: "TIMED_OUT", notBeforeMs: null });
  await archive({ sequence: 2 });
  await next();
  assert.deepEqual(await toTell(), []);
  await archive({ sequence: 3, lines: LINES });
  visitGives({ kind: "found", orderId: "20260099" });
  await next();
  assert.deepEqual(await toTell(), [
    { state: "written", code: "ORDER_CHANGED_AFTER_WRITING", order: "20260099", sequence: 3 },
  ]);
  assert.equal(sent.length, 1);
});

test("O29: each visit without an answer waits longer than the one before, ten minutes at most, and an answer starts it over", async (t) => {
  const { archive, due, leased, serve, visitGives, world } = await archivedAnew(t, { lookupPauseMs: 15_000 });
  const silence = { kind: "no-answer", reason: "TIMED_OUT", notBeforeMs: null } as const;
  const visit = async () => {
    await world.pool.query("update order_writer.orders set due_at = now() where later_request is not null");
    await serve(leased, await due(leased));
  };
  /** Seconds, rounded up: some of them have passed since. */
  const pause = async (): Promise<number> => {
    await visit();
    const { rows } = await world.pool.query<{ due: number }>(
      "select extract(epoch from due_at - now())::double precision as due from order_writer.orders",
    );
    return Math.ceil((rows[0]?.due ?? 0) / 7.5) * 7.5;
  };
  visitGives(silence);
  await archive({ sequence: 2 });
  const pauses: number[] = [];
  for (let count = 0; count < 8; count += 1) pauses.push(await pause());
  assert.deepEqual(pauses, [7.5, 15, 30, 60, 120, 240, 300, 300]);
  visitGives({ kind: "found", orderId: "20260052" });
  await visit();
  visitGives(silence);
  await archive({ sequence: 3 });
  assert.equal(await pause(), 7.5);
});

test("O29: archived anew without an order since, an order that was deleted is still made again by a person alone", async (t) => {
  const { archive, next, visitGives, sent, due, leased, row } = await archivedAnew(t);
  visitGives({ kind: "absent" });
  await archive({ sequence: 2 });
  await next();
  await archive({ sequence: 3, lines: [], reference: "", customerId: "", noOrderCode: "WORKORDER_FILTERED" });
  await archive({ sequence: 4, lines: LINES });
  assert.equal(await due(leased), null);
  assert.equal((await row())?.code, "ORDER_GONE");
  assert.equal(sent.length, 1);
});

test("A12, O29: what was archived anew and emptied before Unit4 was asked is told to nobody, however late it came", async (t) => {
  const { archive, next, toTell, visitGives, due, leased, world, row } = await archivedAnew(t);
  await toTell();
  visitGives({ kind: "absent" });
  await archive({ sequence: 2 });
  await world.pool.query("select order_writer.withdraw_orders('a', 2)");
  await next();
  await archive({
    sequence: 3,
    lines: [],
    reference: "",
    customerId: "",
    noOrderCode: "WORKORDER_FILTERED",
    epoch: 0,
  });
  await next();
  assert.deepEqual(await toTell(), []);
  assert.equal((await row())?.state, "written");
  assert.equal(await due(leased), null);
  // Of the new activation it is a workorder like any other.
  await archive({ sequence: 4, epoch: 2 });
  await next();
  assert.equal((await toTell())[0]?.code, "ORDER_GONE");
});
