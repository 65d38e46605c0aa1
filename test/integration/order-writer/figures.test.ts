import assert from "node:assert/strict";
import { test } from "node:test";
import { countStates } from "../../../services/order-writer/ledger-figures.ts";
import { createWorld } from "../../support/world.ts";

const SETTLED = 100_000;

test("O34: counting the open orders reads no settled one, however many there are", async (t) => {
  const { pool } = await createWorld(t);
  await pool.query(
    `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, order_id, archived_at,
       settled_at, published_at)
     select 't' || n % 1000, 'w' || n, 'r', 'k', '{}', 'written', n::text, now(), now(), now()
     from generate_series(1, ${SETTLED}) n`,
  );
  await pool.query(
    `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at)
     values ('t1', 'a', 'r', 'k', '{}', 'waiting', now(), now() - interval '1 hour'),
       ('t1', 'b', 'r', 'k', '{}', 'waiting', now(), now()), ('t2', 'c', 'r', 'k', '{}', 'unknown', now(), now())`,
  );
  await pool.query("vacuum analyze order_writer.orders");

  const { counts, oldestSeconds } = await countStates(pool);
  assert.deepEqual(counts, { waiting: 2, unknown: 1 });
  assert.ok(Math.abs((oldestSeconds["waiting"] ?? 0) - 3_600) < 60);
  assert.ok((oldestSeconds["unknown"] ?? 99) < 60);

  const client = await pool.connect();
  try {
    await client.query("begin");
    await countStates(client);
    const { rows } = await client.query<{ read: number }>(
      `select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
       from pg_stat_xact_user_tables where schemaname = 'order_writer' and relname = 'orders'`,
    );
    assert.ok(Number(rows[0]?.read) <= 10, `it read ${rows[0]?.read} rows`);
    await client.query("rollback");
  } finally {
    client.release();
  }
});
