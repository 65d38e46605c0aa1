import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics, createTelemetry } from "../../../services/shared/telemetry.ts";

test("a service's series say whose they are by `component`, and no series has a label that a scraper sets", async () => {
  const telemetry = createTelemetry("order-writer", "silent");
  telemetry.counter("simon_tries_total", "Tries.", { result: ["good", "bad"] })({ result: "good" }, 2);
  telemetry.gauge("simon_waiting", "Who waits.", {})({}, 3);
  telemetry.histogram("simon_try_seconds", "Time.", {}, [1])({}, 0.5);

  const lines = (await telemetry.metricsPage()).body.split("\n");
  for (const line of [
    'simon_tries_total{result="good",component="order-writer"} 2',
    'simon_tries_total{result="bad",component="order-writer"} 0',
    'simon_waiting{component="order-writer"} 3',
    'simon_try_seconds_bucket{le="1",component="order-writer"} 1',
    'simon_try_seconds_count{component="order-writer"} 1',
  ])
    assert.ok(
      lines.includes(line),
      `${line} in\n${lines.filter((one) => one.startsWith("simon_")).join("\n")}`,
    );
  assert.deepEqual(
    lines.filter((line) => /[{,](service|job|instance|pod|namespace|container|endpoint)=/.test(line)),
    [],
  );
  assert.ok(lines.some((line) => line.startsWith("process_cpu_seconds_total ")));
});

test("two services of one process are on one page, each metric told once", async () => {
  const metrics = createMetrics();
  const [poller, writer] = ["unit4-poller", "order-writer"].map((name) =>
    createTelemetry(name, "silent", metrics).counter("simon_tries_total", "Tries.", {}),
  );
  poller?.({}, 1);
  writer?.({}, 2);
  const page = await metrics.metrics();
  assert.match(page, /^simon_tries_total\{component="unit4-poller"\} 1$/m);
  assert.match(page, /^simon_tries_total\{component="order-writer"\} 2$/m);
  assert.equal(page.match(/^# TYPE simon_tries_total /gm)?.length, 1);
});

test("a gauge that is read has what its readers of all services say now, and nothing from earlier", async () => {
  const metrics = createMetrics();
  let waiting: readonly { readonly labels: { readonly door: string }; readonly value: number }[] = [
    { labels: { door: "left" }, value: 3 },
  ];
  for (const name of ["unit4-poller", "order-writer"])
    createTelemetry(name, "silent", metrics).readGauge(
      "simon_waiting",
      "Who waits.",
      { door: [] },
      () => waiting,
    );
  const lines = async () => (await metrics.metrics()).split("\n").filter((line) => /^simon_w/.test(line));
  assert.deepEqual(await lines(), [
    'simon_waiting{door="left",component="unit4-poller"} 3',
    'simon_waiting{door="left",component="order-writer"} 3',
  ]);
  waiting = [];
  assert.deepEqual(await lines(), []);
});
