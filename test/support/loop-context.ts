import assert from "node:assert/strict";
import type { LoopContext } from "../../services/shared/loop.ts";

/** For a loop under test: nothing is measured, and a loop that ends by itself fails the test. */
export const loopContext: LoopContext<string> = {
  loops: { beatDone: () => {}, beatFailed: () => {}, turnsHeld: () => {}, loopStarted: () => {} },
  fail: (failure) => assert.fail(failure),
  now: Date.now,
};
