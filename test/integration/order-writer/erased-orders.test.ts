import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderRequested } from "../../../schemas/records.ts";
import { eraseOldContent } from "../../../services/order-writer/retention/settled-orders.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { FIRST, LOST, ledgerOf } from "../../support/ledger-world.ts";
import type { World } from "../../support/world.ts";

const CONTENT: Partial<OrderRequested> = {
  reference: "WB-2026-1 dak van Zwartewaterland",
  customerName: "Zwartewaterland",
  remarks: "bij Zwartewaterland",
  lines: [
    { kind: "text", articleId: "", articleType: null, quantity: "", text: "werk bij Zwartewaterland" },
    { kind: "article", articleId: "2001", articleType: 0, quantity: "2", text: "" },
  ],
};

/** The tenant's workorders are emptied, erased and the tenant is switched on again: epoch 3. */
async function empty({ pool }: World): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query("select set_config('console.tenant_id', 'a', true), order_writer.withdraw_orders('a', 2)");
    await tx.query("select order_writer.erase_slice('a', '', 100)");
  });
  await pool.query("update integration.tenants set epoch = 3");
  const { rowCount } = await pool.query(
    "select from order_writer.orders o where strpos(o::text, 'Zwartewaterland') > 0",
  );
  assert.equal(rowCount, 0);
}

test("A13, W13: a request that comes back after its content was erased is known, and nothing is sent", async (t) => {
  const { world, sent, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive(CONTENT);
  const leased = await lane();
  await serve(leased, await due(leased));
  await empty(world);
  await archive(CONTENT);
  assert.equal(await due(await lane()), null);
  assert.equal((await row())?.state, "written");
  assert.equal(sent.length, 1);
});

for (const [what, change, code] of [
  ["the same", {}, "ORDER_ALREADY_WRITTEN"],
  ["another", { remarks: "bij de buren" }, "ORDER_CHANGED_AFTER_WRITING"],
] as const)
  test(`A13, W19: archived anew after its content was erased, with ${what} content: no second order, and it is told`, async (t) => {
    const { world, sent, archive, lane, due, serve, row } = await ledgerOf(t);
    await archive(CONTENT);
    const leased = await lane();
    await serve(leased, await due(leased));
    await empty(world);
    await archive({ ...CONTENT, ...change, epoch: 3, archivedAt: FIRST + 5 });
    const again = await lane();
    await serve(again, await due(again));
    assert.equal((await row())?.code, code);
    assert.equal(sent.length, 1);
  });

test("A13, F31: an erased order whose outcome is unknown is still found by the key of its reference, and is not sent again", async (t) => {
  const { world, sent, answerWith, lookUpGives, archive, lane, due, serve, row } = await ledgerOf(t);
  answerWith(LOST);
  await archive(CONTENT);
  const leased = await lane();
  await serve(leased, await due(leased));
  await empty(world);
  const order = await due(await lane());
  assert.equal(order?.request.reference, "WB-2026-1 ");
  lookUpGives({
    kind: "found",
    orderId: "20260052",
    stored: { customerId: "", reference: "", orderLines: null, total: null },
  });
  await serve(await lane(), order);
  assert.equal((await row())?.state, "written");
  assert.equal(sent.length, 1);
});

test("A13, A12: a late request of an emptied epoch is stored without its content, and withdrawn", async (t) => {
  const { world, sent, archive, lane, due, serve, row } = await ledgerOf(t);
  await empty(world);
  await archive(CONTENT);
  const { rowCount } = await world.pool.query(
    "select from order_writer.orders o where strpos(o::text, 'Zwartewaterland') > 0",
  );
  assert.equal(rowCount, 0);
  const leased = await lane();
  await serve(leased, await due(leased));
  assert.equal((await row())?.code, "ORDER_WITHDRAWN");
  assert.equal(sent.length, 0);
});

test("A13, W13: the content of an order that was settled long ago is erased slice by slice, and the order stays known", async (t) => {
  const { world, sent, archive, lane, due, serve, row } = await ledgerOf(t);
  await archive(CONTENT);
  const leased = await lane();
  await serve(leased, await due(leased));
  const sweep = () => eraseOldContent(world.pool, null, { days: 730, most: 10 });
  assert.deepEqual(await sweep(), { last: { tenantId: "a", workorderId: "1" }, erased: 0 });
  await world.pool.query(
    "update order_writer.orders set settled_at = now() - interval '731 days', published_at = now()",
  );
  assert.equal((await sweep()).erased, 1);
  assert.equal((await sweep()).erased, 0, "once");
  assert.deepEqual(
    await eraseOldContent(world.pool, { tenantId: "a", workorderId: "1" }, { days: 730, most: 10 }),
    {
      last: null,
      erased: 0,
    },
  );
  const { rowCount } = await world.pool.query(
    "select from order_writer.orders o where strpos(o::text, 'Zwartewaterland') > 0 union all select from order_writer.attempts",
  );
  assert.equal(rowCount, 0);
  await archive(CONTENT);
  assert.equal(await due(await lane()), null);
  assert.equal((await row())?.state, "written");
  assert.equal(sent.length, 1);
});

test("A13: no other tenant's orders can be erased in a tenant's transaction", async (t) => {
  const { world } = await ledgerOf(t);
  for (const call of [
    "order_writer.erase_slice('a', '', 100)",
    "log.erase_slice('a', 'workorder', now(), null, 100)",
    "unit4_poller.erase_lists('a', 2, array['customer'])",
  ])
    await assert.rejects(
      inTransaction(world.pool, async (tx) => {
        await tx.query("select set_config('console.tenant_id', 'b', true)");
        await tx.query(`select ${call}`);
      }),
      /not the one of this transaction/,
    );
});
