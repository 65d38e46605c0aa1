import assert from "node:assert/strict";
import { test } from "node:test";
import { createQueueLook } from "../../../services/unit4-poller/domain/queue-look.ts";

test("after a look that gave less than there was room for, the next one waits for the loop", () => {
  const queue = createQueueLook(16);
  assert.equal(queue.isWorthALook(16), false);
  queue.looked(16, 15);
  assert.equal(queue.isWorthALook(16), false);
});

test("while more is due, a quarter of the places is filled at once, and never fewer", () => {
  const queue = createQueueLook(16);
  queue.looked(16, 16);
  assert.deepEqual([0, 1, 3, 4, 16].map(queue.isWorthALook), [false, false, false, true, true]);
  queue.looked(4, 2);
  assert.equal(queue.isWorthALook(4), false);
});

test("a single place is filled as soon as it is free", () => {
  const queue = createQueueLook(1);
  queue.looked(1, 1);
  assert.deepEqual([0, 1].map(queue.isWorthALook), [false, true]);
});
