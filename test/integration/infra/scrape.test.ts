import assert from "node:assert/strict";
import { test } from "node:test";
import { startAll } from "../../support/all-services.ts";
import { growFleet } from "../../support/growing-fleet.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TENANTS = 10_000;
/** Of one process, also of one that runs all services. */
const MOST_SERIES = 5_000;
const LONGEST_MS = 50;
/** A scrape is as fast as the fastest of some: others of this machine make it slower, nothing makes it faster. */
const SCRAPES = 20;

test("with ten thousand tenants the page of metrics has no more series than with none, and is there in 50 ms", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, []);
  await growFleet(world.pool, { from: 0, to: TENANTS });
  const all = await startAll(t, world, unit4.environment);
  await until("the fleet to be counted", async () => (await all.metric("simon_tenants")) > TENANTS / 2);
  await until("the ledger to be counted", async () => (await all.metric("simon_order_states")) > 0);

  const times: number[] = [];
  let page = "";
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    const begun = performance.now();
    page = await (await fetch(`${all.healthUrl}/metrics`)).text();
    times.push(performance.now() - begun);
  }
  const series = page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
  t.diagnostic(`${series} series, ${Math.min(...times).toFixed(1)} ms`);
  assert.ok(series < MOST_SERIES, `${series} series`);
  assert.ok(Math.min(...times) < LONGEST_MS, `${times.map(Math.round).join(", ")} ms`);
  assert.doesNotMatch(page, /"g\d{6}"/, "a tenant's id");
});
