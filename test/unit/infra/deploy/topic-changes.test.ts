import assert from "node:assert/strict";
import { test } from "node:test";
import { topicChanges } from "../../../../infra/deploy/topic-changes.ts";

const TOPIC = "unit4.order-requested.v1";

test("O37: a setting that nobody names here stays, and one that is as it should be is no change", () => {
  const stands = { "min.insync.replicas": "2", "segment.ms": "86400000" };
  assert.deepEqual(topicChanges(TOPIC, stands, { "segment.ms": "86400000" }), []);
});

for (const [setting, from, to, letsGo] of [
  ["retention.ms", "34560000000", "7776000000", true],
  ["retention.ms", "7776000000", "34560000000", false],
  ["retention.ms", "-1", "7776000000", true],
  ["retention.ms", "7776000000", "-1", false],
  ["retention.bytes", "-1", "1000000", true],
  ["min.compaction.lag.ms", "604800000", "1000", true],
  ["cleanup.policy", "compact", "delete", true],
  ["cleanup.policy", "compact", "compact,delete", true],
  ["cleanup.policy", "compact,delete", "compact", false],
  ["cleanup.policy", "delete", "compact", true],
  ["max.message.bytes", "4194304", "1048588", false],
  ["segment.ms", "604800000", "86400000", false],
] as const)
  test(`O37: ${setting} from ${from} to ${to} ${letsGo ? "lets go of records" : "lets go of nothing"}`, () => {
    assert.deepEqual(topicChanges(TOPIC, { [setting]: from }, { [setting]: to }), [
      { topic: TOPIC, setting, from, to, letsGo },
    ]);
  });
