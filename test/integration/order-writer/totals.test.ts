import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetOldTotals } from "../../../services/shared/old-totals.ts";
import { ledgerOf } from "../../support/ledger-world.ts";
import { plain } from "../../support/plain.ts";
import { createWorld, type World } from "../../support/world.ts";

const totalsOf = async ({ pool }: World) =>
  (
    await pool.query<{
      span: string;
      written: number;
      refused: number;
      timed: number;
      seconds: number;
      longest: number;
    }>(
      `select span, sum(written)::int as written, sum(refused)::int as refused, sum(timed)::int as timed, sum(seconds) as seconds,
         max(longest_seconds) as longest
       from order_writer.totals where tenant_id = 'a' group by span order by span`,
    )
  ).rows;
const counts = async (world: World) =>
  (await totalsOf(world)).map(({ span, written, refused, timed }) => [span, written, refused, timed]);

test("an order counts once in its hour and its day, with its time, however often it is looked at again", async (t) => {
  const { world, archive, lane, due, serve } = await ledgerOf(t);
  await archive({ archivedAt: Date.now() - 90_000, sequence: 1 });
  const leased = await lane();
  await serve(leased, await due(leased));
  const once = [
    ["day", 1, 0, 1],
    ["hour", 1, 0, 1],
  ];
  assert.deepEqual(await counts(world), once);
  for (const { seconds, longest } of await totalsOf(world)) {
    assert.ok(Math.abs(seconds - 90) < 30, `${seconds} s`);
    assert.equal(longest, seconds);
  }
  await archive({ sequence: 2 });
  await serve(leased, await due(leased));
  assert.deepEqual(await counts(world), once, "archived anew, it is there: nothing is written");
  await world.pool.query("update order_writer.orders set changed_at = now(), published_at = null");
  assert.deepEqual(await counts(world), once);
});

test("a refused order that a person sends again counts as refused and as written, without its time", async (t) => {
  const { world, archive, answerWith, lane, due, serve } = await ledgerOf(t);
  answerWith({ kind: "refused", reasons: [{ text: plain("Klant is geblokkeerd"), path: "" }] });
  await archive({ archivedAt: Date.now() - 90_000, sequence: 1 });
  const leased = await lane();
  await serve(leased, await due(leased));
  assert.deepEqual(await counts(world), [
    ["day", 0, 1, 0],
    ["hour", 0, 1, 0],
  ]);
  answerWith({
    ...{ kind: "written", orderId: "20260053", remarks: [] },
    stored: { customerId: "", reference: "", orderLines: null, total: null },
  });
  await archive({ sequence: 2, retry: { id: "r1", at: Date.now(), by: "anja" } });
  for (let order = await due(leased); order !== null; order = await due(leased)) await serve(leased, order);
  assert.deepEqual(await counts(world), [
    ["day", 1, 1, 0],
    ["hour", 1, 1, 0],
  ]);
});

test("an order that was withdrawn before it was sent was not refused by Unit4", async (t) => {
  const { world, archive, row } = await ledgerOf(t);
  await archive({ sequence: 1 });
  await archive({ sequence: 2, noOrderCode: "WORKORDER_EMPTY" });
  assert.equal((await row())?.state, "refused");
  assert.deepEqual(await counts(world), []);
});

test("totals that no chart shows any more are removed", async (t) => {
  const { pool } = await createWorld(t);
  await pool.query(
    `insert into order_writer.totals (tenant_id, span, begins_at)
     select 'a', span, now() - days * interval '1 day' from (values ('hour', 7), ('hour', 9), ('day', 9), ('day', 401)) each (span, days)`,
  );
  await forgetOldTotals(pool, "order_writer.totals", 10);
  const { rows } = await pool.query(
    "select span, round(extract(epoch from now() - begins_at) / 86400)::int as days from order_writer.totals order by span, begins_at",
  );
  assert.deepEqual(rows, [
    { span: "day", days: 9 },
    { span: "hour", days: 7 },
  ]);
});
