import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsOf } from "../../../../infra/deploy/topics.ts";
import { letsGoWithinMs, TOPICS, type Topic } from "../../../../schemas/topics.ts";

const DAY_MS = 86_400_000;
const topics: readonly Topic[] = Object.values(TOPICS);

for (const topic of topics)
  test(`A13: ${topic.name} lets go of what was wiped or is old within the time that it states`, () => {
    const settings = settingsOf(topic);
    const number = (name: string): number => Number(settings[name]);
    const isCompacted = topic.retention.kind === "compacted";
    assert.equal(settings["cleanup.policy"], isCompacted ? "compact" : "delete");
    assert.equal(number("segment.ms"), DAY_MS, "what is old stands in no segment that is still written to");
    const keptMs = number(isCompacted ? "max.compaction.lag.ms" : "retention.ms");
    assert.ok(keptMs + number("segment.ms") < letsGoWithinMs(topic));
    if (isCompacted) assert.equal(number("min.compaction.lag.ms"), keptMs, "no history is lost earlier");
  });
