import assert from "node:assert/strict";
import { test } from "node:test";
import { createOrderTelemetry } from "../../../services/order-writer/telemetry.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";

async function samples(telemetry: ReturnType<typeof createTelemetry>, name: string): Promise<string[]> {
  const { body } = await telemetry.metricsPage();
  return body
    .split("\n")
    .filter((line) => line.startsWith(name))
    .map((line) => line.slice(line.lastIndexOf(" ") + 1));
}

test("O33: the age of the oldest open order grows between two looks, and what cannot be read is absent", async () => {
  let nowMs = 1_000_000;
  const base = createTelemetry("order-writer", "silent");
  const telemetry = createOrderTelemetry(base, () => nowMs);
  const oldest = () => samples(base, "simon_order_oldest_open_seconds");
  const states = () => samples(base, "simon_order_states");
  assert.deepEqual([await oldest(), await states()], [[], []], "nothing was read yet");
  telemetry.statesSeen({ counts: { waiting: 2 }, oldestSeconds: { waiting: 100 } });
  nowMs += 20_000;
  assert.deepEqual([await oldest(), await states()], [["120"], ["2", "0", "0"]]);
  assert.deepEqual(await samples(base, "simon_order_state_oldest_seconds"), ["120", "0", "0"]);
  nowMs += 40_001;
  assert.deepEqual([await oldest(), await states()], [[], []], "the ledger was not read for a minute");
  telemetry.statesSeen({ counts: {}, oldestSeconds: {} });
  nowMs += 10_000;
  assert.deepEqual(await oldest(), ["0"], "nothing is open, and nothing grows");
});

test("an order that was sent to us late counts from the archiving in one latency and from its arrival in the other", async () => {
  const base = createTelemetry("order-writer", "silent");
  createOrderTelemetry(base).orderWritten({ archived: 3_958, requested: 1.5 });
  assert.deepEqual(await samples(base, "simon_order_latency_seconds_sum"), ["3958"]);
  assert.deepEqual(await samples(base, "simon_order_processing_seconds_sum"), ["1.5"]);
});
