import assert from "node:assert/strict";
import { test } from "node:test";
import { COMPONENTS, declaredSeries, metricsOf } from "../../../support/all-metrics.ts";
import { sourceFiles } from "../../../support/source-files.ts";
import { runTool } from "../../../support/tool.ts";

/** A role of PostgreSQL, which is called as a metric could be. */
const NO_METRIC = "simon_replay";

test("every metric that the services' sources name is among those that the tests know, and the other way round", async () => {
  const named = new Set(
    sourceFiles("services").flatMap(({ text }) =>
      [...text.matchAll(/"(simon_[a-z0-9_]+)"/g)].map(([, name = ""]) => name),
    ),
  );
  named.delete(NO_METRIC);
  const made = new Set(
    metricsOf()
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith("simon_")),
  );
  assert.deepEqual([...named].sort(), [...made].sort());
  assert.ok(made.size > 50);
});

test("promtool finds nothing to say about the page of metrics of all services", async () => {
  const page = await metricsOf().metrics();
  assert.deepEqual(runTool("promtool", ["check", "metrics"], page), { code: 0, output: "" });
});

test("labels that a query may name are those that the code gives, with their values", async () => {
  const series = await declaredSeries();
  assert.deepEqual([...(series.get("simon_orders_settled_total")?.labels.keys() ?? [])].sort(), [
    ...["component", "instance", "job", "outcome"],
  ]);
  assert.deepEqual(
    [...(series.get("simon_orders_settled_total")?.labels.get("outcome") ?? [])],
    ["written", "refused"],
  );
  assert.ok(series.get("simon_order_processing_seconds_bucket")?.labels.get("le")?.has("300"));
  assert.ok(!series.has("simon_order_processing_seconds"));
});

for (const name of COMPONENTS)
  test(`${name}: a page of metrics does not grow with the tenants, and is made in no time`, async () => {
    // None of them carries a tenant: what is there without one is what is there with ten thousand.
    const metrics = metricsOf([name]);
    for (const [series, { labels }] of await declaredSeries(metrics))
      assert.ok(![...labels.keys()].some((label) => /tenant|workorder|order_id|user/.test(label)), series);
    const times: number[] = [];
    let page = "";
    // The fastest of some: others of this machine make it slower, nothing makes it faster.
    for (let scrape = 0; scrape < 5; scrape += 1) {
      const begun = performance.now();
      page = await metrics.metrics();
      times.push(performance.now() - begun);
    }
    const samples = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.ok(samples.length < 5_000, `${samples.length} series`);
    assert.ok(Math.min(...times) < 50, `${times} ms`);
  });
