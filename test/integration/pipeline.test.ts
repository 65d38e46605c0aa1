import assert from "node:assert/strict";
import { test } from "node:test";
import { PRINCIPALS as SERVICES } from "../../infra/deploy/rights.ts";
import { startAll } from "../support/all-services.ts";
import { assertFlow } from "../support/pipeline-flow.ts";
import type { RunningService } from "../support/running-service.ts";

/** SIGTERM to exit. */
const DRAINED_WITHIN_MS = 25_000;

test("M1, W2, W16, L1: a change reaches Simon's table, an archived workorder becomes an order, everything is accounted for", async (t) => {
  await assertFlow(t);
});

test("so it does with all services in one process: one health page, one page of metrics, and SIGTERM ends them all", async (t) => {
  let all: RunningService | undefined;
  await assertFlow(t, {
    startServices: async (world, unit4) => {
      all = await startAll(t, world, { ...unit4, UNIT4_POLLER_INTERVAL_MS: "1000" });
    },
  });
  assert.ok(all !== undefined);
  const page = await (await fetch(`${all.healthUrl}/metrics`)).text();
  for (const service of SERVICES) assert.match(page, new RegExp(`component="${service}"`), service);
  const types = page.match(/^# TYPE \S+/gm) ?? [];
  assert.deepEqual(types.length, new Set(types).size);
  assert.ok((await all.metric("simon_records_consumed_total", { component: "log-sink" })) > 0);
  const begin = performance.now();
  assert.equal(await all.stop(), 0);
  assert.ok(performance.now() - begin < DRAINED_WITHIN_MS);
});
