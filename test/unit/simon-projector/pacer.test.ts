import assert from "node:assert/strict";
import { test } from "node:test";
import type { LiveFigures } from "../../../services/simon-projector/replay/domain/pace.ts";
import { createLivePressure } from "../../../services/simon-projector/replay/live-pressure.ts";
import { createPacer } from "../../../services/simon-projector/replay/pacer.ts";

test("O72: a replay yields while live work is over a bar, says why, and goes on at its rate afterwards", async () => {
  let nowMs = 0;
  const waited = new Map<string, number>();
  let figures: LiveFigures = { freshnessP99Ms: null, commitMs: null };
  const pacer = createPacer({
    ceiling: 100,
    bars: { freshnessMs: 1_000, commitMs: 50 },
    pressure: { read: () => figures },
    telemetry: {
      replayWaited: (reason, seconds) => waited.set(reason, (waited.get(reason) ?? 0) + seconds),
    },
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
  });
  const waiting = { halted: new AbortController().signal, onWait: async () => {} };
  /** Lets so many records pass. @returns seconds that it took */
  const pass = async (records: number): Promise<number> => {
    const beganAtMs = nowMs;
    await pacer(records, waiting);
    return (nowMs - beganAtMs) / 1_000;
  };
  const settle = async (rounds: number): Promise<number> => {
    let last = 0;
    for (let round = 0; round < rounds; round += 1) last = await pass(100);
    return last;
  };
  const atCeiling = await settle(12);
  assert.ok(atCeiling >= 0.9 && atCeiling <= 1.2, String(atCeiling));
  assert.equal(waited.has("freshness"), false);

  figures = { freshnessP99Ms: 5_000, commitMs: null };
  assert.ok((await settle(5)) >= 4, "slower and slower, down to twenty a second");
  assert.ok((waited.get("freshness") ?? 0) > 0);
  figures = { freshnessP99Ms: 10, commitMs: 400 };
  await pass(100);
  assert.ok((waited.get("commit") ?? 0) > 0);
  figures = { freshnessP99Ms: 10, commitMs: 4 };
  const again = await settle(14);
  assert.ok(again <= 1.2, String(again));
});

test("figures of live work are those of the last ten seconds", () => {
  let nowMs = 0;
  const pressure = createLivePressure(() => nowMs);
  assert.deepEqual(pressure.read(), { freshnessP99Ms: null, commitMs: null });
  for (let ms = 1; ms <= 100; ms += 1) {
    pressure.changeProjected(ms);
    pressure.commitTook(ms);
  }
  assert.deepEqual(pressure.read(), { freshnessP99Ms: 99, commitMs: 90 });
  nowMs = 10_000;
  assert.deepEqual(pressure.read(), { freshnessP99Ms: null, commitMs: null });
});
