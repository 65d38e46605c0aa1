import assert from "node:assert/strict";
import { test } from "node:test";
import { createPool } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { watchPools } from "../../../services/shared/watch/postgres-telemetry.ts";
import { createWorld } from "../../support/world.ts";

test("F12: what the server says on a connection between two owners ends no process", async (t) => {
  const world = await createWorld(t);
  const pool = createPool({ url: world.databaseUrl, size: 1, applicationName: "test" });
  t.after(() => pool.end());
  const handedOver = await pool.connect();
  // As when "terminating connection" comes in one piece with the answer before it.
  assert.doesNotThrow(() => handedOver.emit("error", new Error("terminating connection")));
  handedOver.release(true);
  assert.equal((await pool.query("select 1 as one")).rows[0].one, 1);
});

test("a pool tells how much waits for its connections at the moment it is asked, and how many it may have", async (t) => {
  const world = await createWorld(t);
  const pool = createPool({ url: world.databaseUrl, size: 2, applicationName: "test" });
  t.after(() => pool.end());
  const telemetry = createTelemetry("test", "error");
  watchPools(telemetry, { main: pool });
  const figure = async (name: string, labels = ""): Promise<number> => {
    const { body } = await telemetry.metricsPage();
    const line = body
      .split("\n")
      .find((one) => one.startsWith(`simon_postgres_pool_${name}{`) && one.includes(labels));
    return Number(line?.split(" ").at(-1));
  };
  assert.equal(await figure("max_connections"), 2);
  const used = [await pool.connect(), await pool.connect()];
  const waiting = [pool.query("select 1"), pool.query("select 1"), pool.query("select 1")];
  assert.equal(await figure("waiting_requests", 'pool="main"'), 3);
  assert.equal(await figure("connections", 'state="used"'), 2);
  for (const one of used) one.release();
  await Promise.all(waiting);
  assert.equal(await figure("waiting_requests"), 0);
  assert.equal(await figure("connections", 'state="used"'), 0);
  assert.equal(await figure("connections", 'state="idle"'), 2);
});
