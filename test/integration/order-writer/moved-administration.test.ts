import assert from "node:assert/strict";
import { test } from "node:test";
import { LOST, ledgerOf } from "../../support/ledger-world.ts";
import type { World } from "../../support/world.ts";

const HERE = "MVL00042";
const THERE = "MVL00099";

/** The office activates again with another administration. */
const move = (world: World) =>
  world.pool.query("update integration.tenants set administration = $1", [THERE]);

/** What will be told of the order. */
const toTell = async (world: World) =>
  (
    await world.pool.query(
      `select state, code, params ->> 'administration' as "from", params ->> 'newAdministration' as "to"
       from order_writer.orders where settled_at is not null and published_at is null`,
    )
  ).rows;
const REFUSED = { state: "refused", code: "ORDER_ADMINISTRATION_CHANGED", from: HERE, to: THERE };

test("O28: an order that waits is not sent to another administration, and goes there once when a person sends it", async (t) => {
  const { world, archive, lane, due, serve, sentTo, row } = await ledgerOf(t);
  await archive({ administration: HERE });
  await move(world);
  const leased = await lane();
  await serve(leased, await due(leased));
  assert.deepEqual(sentTo, []);
  assert.deepEqual(await toTell(world), [REFUSED]);
  assert.equal(await due(leased), null);
  const retry = { id: "x", at: 1, by: "kantoor" };
  await archive({ administration: THERE, sequence: 2, retry });
  await serve(leased, await due(leased));
  assert.deepEqual(sentTo, [THERE]);
  assert.equal((await row())?.state, "written");
});

test("O28: moved between the reading of an order and its sending, nothing is sent", async (t) => {
  const { world, archive, lane, due, serve, sentTo, row } = await ledgerOf(t);
  await archive({ administration: HERE });
  const leased = await lane();
  const read = await due(leased);
  await move(world);
  await serve(leased, read);
  assert.deepEqual(sentTo, []);
  assert.equal((await row())?.state, "waiting");
  await serve(leased, await due(leased));
  assert.deepEqual(await toTell(world), [REFUSED]);
});

test("O28: whoever leased the lane before the move sends to the administration that the order was made for", async (t) => {
  const { world, archive, lane, due, serve, sentTo } = await ledgerOf(t);
  await archive({ administration: HERE });
  const leased = await lane();
  await move(world);
  await serve(leased, await due(leased));
  await archive({ administration: THERE, sequence: 2 });
  await serve(leased, await due(leased));
  assert.equal(leased.administration, HERE);
  assert.deepEqual(sentTo, [THERE]);
});

test("O28: an order whose outcome is unknown is looked for where it was sent, and never sent elsewhere", async (t) => {
  const { world, archive, lane, due, serve, sentTo, askedIn, answerWith, lookUpGives, row } =
    await ledgerOf(t);
  await archive({ administration: HERE });
  answerWith(LOST);
  const before = await lane();
  await serve(before, await due(before));
  await move(world);
  lookUpGives({ kind: "no-answer", reason: "FORBIDDEN", notBeforeMs: null });
  const leased = await lane();
  assert.equal(leased.administration, THERE);
  await serve(leased, await due(leased));
  assert.equal((await row())?.state, "unknown");
  lookUpGives({ kind: "absent" });
  for (let count = 0; count < 3; count += 1) await serve(leased, await due(leased));
  assert.deepEqual(askedIn, [HERE, HERE, HERE]);
  assert.deepEqual(sentTo, [HERE]);
  assert.deepEqual(await toTell(world), [REFUSED]);
});

test("O28: an order that is found where it was sent is written, and checked there", async (t) => {
  const { world, archive, lane, due, serve, answerWith, lookUpGives, row } = await ledgerOf(t);
  await archive({ administration: HERE });
  answerWith(LOST);
  const before = await lane();
  await serve(before, await due(before));
  await move(world);
  lookUpGives({ kind: "found", orderId: "20260102", stored: null });
  const leased = await lane();
  await serve(leased, await due(leased));
  assert.equal((await row())?.state, "written");
  const { rows } = await world.pool.query("select administration from order_writer.order_checks");
  assert.deepEqual(rows, [{ administration: HERE }]);
});

test("O28, O29: archived anew after a move to where the old administration is out of sight, the order that was written is told", async (t) => {
  for (const reason of ["FORBIDDEN", "NOT_FOUND"]) {
    const { world, archive, lane, due, serve, sentTo, visitGives } = await ledgerOf(t);
    await archive({ administration: HERE });
    const before = await lane();
    await serve(before, await due(before));
    visitGives({ kind: "no-answer", reason, notBeforeMs: null });
    await archive({ administration: HERE, sequence: 2 });
    await serve(before, await due(before));
    assert.notEqual(await due(before), null, "there it may still be seen");
    await move(world);
    const leased = await lane();
    await serve(leased, await due(leased));
    assert.deepEqual(await toTell(world), [
      { state: "written", code: "ORDER_ALREADY_WRITTEN", from: null, to: null },
    ]);
    assert.equal(await due(leased), null);
    assert.deepEqual(sentTo, [HERE]);
  }
});
