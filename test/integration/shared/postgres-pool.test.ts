import assert from "node:assert/strict";
import { test } from "node:test";
import { createPool } from "../../../services/shared/postgres.ts";
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
