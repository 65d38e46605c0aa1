import assert from "node:assert/strict";
import { test } from "node:test";
import { viewFleet } from "../../../services/unit4-poller/fleet/fleet-view.ts";
import { createWorld } from "../../support/world.ts";

test("the fleet tells how old the oldest tokens are, of active tenants that are connected", async (t) => {
  const { pool } = await createWorld(t);
  assert.equal((await viewFleet(pool)).oldestTokenSeconds, 0, "there is no token");
  await pool.query(
    `insert into integration.tenants (tenant_id, name, status, administration)
     select id, id, status, 'MVL' || id from (values ('bos', 'active'), ('vos', 'active'), ('linde', 'active'), ('noord', 'inactive'))
       each (id, status)`,
  );
  await pool.query(
    `insert into integration.connections (tenant_id, state, refreshed_at, connected_by)
     select id, state, now() - hours * interval '1 hour', 'test' from (values ('bos', 'connected', 1), ('vos', 'connected', 30),
       ('linde', 'revoked', 90), ('noord', 'connected', 200)) each (id, state, hours)`,
  );
  await pool.query("update unit4_poller.fleet_view set due_at = now()");
  const { oldestTokenSeconds } = await viewFleet(pool);
  assert.ok(Math.abs(oldestTokenSeconds - 30 * 3_600) < 60, `${oldestTokenSeconds} s`);
});
