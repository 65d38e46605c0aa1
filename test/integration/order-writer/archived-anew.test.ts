import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderRequested } from "../../../schemas/records.ts";
import { FIRST, LOST, ledgerOf } from "../../support/ledger-world.ts";
import { plain } from "../../support/plain.ts";

/** The workorder is archived anew, and asks for no order: its description has the filter word by now. */
const withoutOrder = (archivedAt: number): Partial<OrderRequested> => ({
  ...{ reference: "", customerId: "", orderDate: "", lines: [], archivedAt },
  noOrderCode: "WORKORDER_FILTERED",
});

test("O52: what is sent is what the ledger holds at that moment, not what was read before", async (t) => {
  const { sent, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  const read = await due(leased);
  await archive({ customerId: "10001", archivedAt: FIRST + 1 });
  await serve(leased, read);
  assert.deepEqual(
    sent.map(({ customerId }) => customerId),
    ["10001"],
  );
  assert.deepEqual(await row(), { state: "written", customer: "10001", code: "ORDER_WRITTEN" });
});

test("O52: an unknown sending is looked up under the content that was sent, whatever was archived since", async (t) => {
  const { sent, asked, answerWith, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  const read = await due(leased);
  await archive({ customerId: "10001", archivedAt: FIRST + 1 });
  answerWith(LOST);
  await serve(leased, read);
  await archive({ customerId: "20002", archivedAt: FIRST + 2 });
  await serve(leased, await due(leased));
  assert.deepEqual(asked, ["10001"]);
  assert.deepEqual(
    sent.map(({ customerId }) => customerId),
    ["10001"],
  );
  assert.equal((await row())?.state, "unknown");
});

test("O35: a waiting order is sent with the content of the later archiving, although its clock was behind", async (t) => {
  const { sent, archive, lane, due, serve, world } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const archivedAt = FIRST - 180_000;
  await archive({ customerId: "10001", archivedAt, sequence: 2 });
  // Both read again.
  await archive({ customerId: "0017" });
  await archive({ customerId: "10001", archivedAt, sequence: 2 });
  const leased = await lane();
  await serve(leased, await due(leased));
  assert.deepEqual(
    sent.map(({ customerId }) => customerId),
    ["10001"],
  );
  const { rows } = await world.pool.query(
    "select sequence, (extract(epoch from archived_at) * 1000)::float8 as archived_at from order_writer.orders",
  );
  assert.deepEqual(rows, [{ sequence: 2, archived_at: archivedAt }]);
});

test("O60: a retry that the mapping refuses is never sent as an empty order", async (t) => {
  const { sent, answerWith, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  answerWith({
    kind: "refused",
    reasons: [{ text: plain("Debiteur 0017 is passief."), path: "/customerId" }],
  });
  await serve(leased, await due(leased));
  await archive({
    ...withoutOrder(FIRST),
    ...{ sequence: 2, retry: { id: "x", at: FIRST + 10, by: "kantoor" } },
  });
  assert.equal((await row())?.state, "refused");
  assert.equal(await due(leased), null);
  assert.equal(sent.length, 1);
});

test("O60: archived anew without an order, one that waits is not sent", async (t) => {
  const { sent, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  const read = await due(leased);
  await archive(withoutOrder(FIRST + 1));
  await serve(leased, read);
  assert.equal(await due(leased), null);
  assert.deepEqual(sent, []);
  assert.deepEqual(await row(), { state: "refused", customer: "0017", code: "WORKORDER_FILTERED" });
  // What comes later is sent again; what was there before is not.
  await archive({ customerId: "0017" });
  assert.equal((await row())?.state, "refused");
  await archive({ customerId: "20002", archivedAt: FIRST + 2 });
  await serve(leased, await due(leased));
  assert.deepEqual(
    sent.map(({ customerId }) => customerId),
    ["20002"],
  );
});

test("O60, W19: archived anew without an order after it was written, the office is told which order stands there", async (t) => {
  const { archive, lane, due, serve, row, world } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  await serve(leased, await due(leased));
  await archive(withoutOrder(FIRST + 1));
  await serve(leased, await due(leased));
  assert.deepEqual(await row(), { state: "written", customer: "0017", code: "ORDER_CHANGED_AFTER_WRITING" });
  const { rows } = await world.pool.query(
    `select params ->> 'orderId' as "orderId", params ->> 'customerId' as customer, params ->> 'difference' as difference,
       archived_at = to_timestamp($1::double precision / 1000) as "isOfThisArchiving", published_at is null as "isToBeTold"
     from order_writer.orders`,
    [FIRST + 1],
  );
  assert.deepEqual(rows, [
    {
      ...{ orderId: "20260052", customer: "0017", difference: "− 2 × 2001" },
      ...{ isOfThisArchiving: true, isToBeTold: true },
    },
  ]);
});

test("O60: archived anew without an order while the outcome is unknown, it is judged when that is known", async (t) => {
  const { sent, answerWith, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  answerWith(LOST);
  await serve(leased, await due(leased));
  await archive(withoutOrder(FIRST + 1));
  assert.equal((await row())?.state, "unknown");
  // Absent twice: it would wait to be sent once more.
  await serve(leased, await due(leased));
  await serve(leased, await due(leased));
  assert.deepEqual(await row(), { state: "refused", customer: "0017", code: "WORKORDER_FILTERED" });
  assert.equal(sent.length, 1);
});

test("O60: archived anew without an order before it is refused, what was said while it was open ends all the same", async (t) => {
  const { answerWith, archive, lane, due, serve, row, world } = await ledgerOf(t);
  await archive({ customerId: "0017" });
  const leased = await lane();
  answerWith({
    kind: "unknown",
    reason: "TIMED_OUT",
    reasons: [{ text: plain("Debiteur 0017 is passief."), path: "/customerId" }],
  });
  await serve(leased, await due(leased));
  await archive(withoutOrder(FIRST + 1));
  await serve(leased, await due(leased));
  await serve(leased, await due(leased));
  assert.deepEqual(await row(), { state: "refused", customer: "0017", code: "WORKORDER_FILTERED" });
  const { rowCount } = await world.pool.query("select from order_writer.orders where published_at is null");
  assert.equal(rowCount, 1);
});
