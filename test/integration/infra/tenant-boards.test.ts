import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { boardStatements } from "../../support/board-queries.ts";
import { growFleet } from "../../support/growing-fleet.ts";
import { ROOT } from "../../support/source-files.ts";
import { createWorld } from "../../support/world.ts";

const READER = readFileSync(join(ROOT, "infra/grafana/reader.sql"), "utf8");

test("boards of tenants show what there is, as a role that reads no name, text or token", async (t) => {
  const world = await createWorld(t);
  await growFleet(world.pool, { from: 0, to: 300 });
  const client = await world.pool.connect();
  // The role is the server's, the grants are this database's: neither outlives the test.
  await client.query("begin");
  try {
    await client.query(READER);
    await client.query("set local role simon_reader");
    const { rows } = await client.query<{ tenant_id: string }>(
      "select tenant_id from order_writer.orders where state = 'waiting' limit 1",
    );
    const tenant = rows[0]?.tenant_id ?? "none";
    const shown = new Map<string, number>();
    for (const { where, sql } of boardStatements(tenant))
      shown.set(where, (await client.query(sql)).rowCount ?? 0);
    for (const where of [
      "simon-tenants: Orders that wait",
      "simon-tenant: State",
      "simon-tenant: Open orders",
    ])
      assert.ok((shown.get(where) ?? 0) > 0, where);
    for (const hidden of [
      "select name from integration.tenants",
      "select refresh_token from integration.connections",
      "select request from order_writer.orders",
      "select params from log.messages",
      "select value from log.dead_letters",
      "select from simon.customers",
      "select from integration.users",
    ]) {
      await client.query("savepoint before");
      await assert.rejects(client.query(hidden), /permission denied/, hidden);
      await client.query("rollback to before");
    }
  } finally {
    await client.query("rollback");
    client.release();
  }
});
