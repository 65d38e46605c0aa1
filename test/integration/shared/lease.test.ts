import assert from "node:assert/strict";
import { test } from "node:test";
import { leaseLanes, wakeLanes } from "../../../services/order-writer/lanes.ts";
import { renewLeases } from "../../../services/shared/lease.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { createWorld } from "../../support/world.ts";

test("O59: a lease that ran out and was taken anew is renewed for its new holder alone, be it the same process", async (t) => {
  const { pool } = await createWorld(t);
  await pool.query(
    "insert into integration.tenants (tenant_id, name, status, administration) values ('bos', 'Garage Bos', 'active', 'MVL00077')",
  );
  await pool.query(
    `insert into integration.connections (tenant_id, access_token, refresh_token, expires_at, refreshed_at, connected_by)
     values ('bos', 'x', 'x', now(), now(), 'test')`,
  );
  await inTransaction(pool, (tx) => wakeLanes(tx, ["bos"]));
  const [older] = await leaseLanes(pool, { most: 1, leaseMs: 0, by: "one" });
  const [newer] = await leaseLanes(pool, { most: 1, leaseMs: 60_000, by: "one" });
  assert.ok(older !== undefined && newer !== undefined);
  assert.deepEqual(await renewLeases(pool, "order_writer.lanes", [older, newer], 60_000), [newer]);
  assert.deepEqual(await renewLeases(pool, "order_writer.lanes", [older], 60_000), []);
});
