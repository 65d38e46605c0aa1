import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { lookFirst } from "../../../services/order-writer/lost-stretch.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("O27: a request that is being taken in while the loss is dealt with is looked for first as well", async (t) => {
  const world = await createWorld(t);
  const { name: topic } = TOPICS.orderRequested;
  await world.pool.query(
    "insert into order_writer.positions (consumer_group, topic, partition, next_offset) values ('order-writer', $1, 0, 3)",
    [topic],
  );
  // An intake in the middle of its transaction: it has moved the position, and knows of no loss.
  const intake = await world.pool.connect();
  await intake.query("begin");
  await intake.query("update order_writer.positions set next_offset = 4");
  await intake.query(
    `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at)
     values ('a', '1', 'WB-1', '10001', '{}', 'waiting', now(), now())`,
  );
  const looking = lookFirst({ pool: world.pool, kafka: world.kafka, group: "order-writer", topic }, 0);
  await until("the other one to wait", async () => {
    const { rows } = await world.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });
  await intake.query("commit");
  intake.release();
  await looking;
  const { rows } = await world.pool.query("select state, doubted from order_writer.orders");
  assert.deepEqual(rows, [{ state: "unknown", doubted: true }]);
});
