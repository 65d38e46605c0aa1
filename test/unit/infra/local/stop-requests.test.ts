import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { listenForStop, watchParent } from "../../../../infra/local/stop-requests.ts";

test("stopping: one Ctrl-C that arrives twice, from the terminal and from npm, is one request", () => {
  const source = new EventEmitter();
  let nowMs = 1_000;
  const requests = listenForStop(source, () => nowMs);
  assert.equal(requests.stopSignal.aborted, false);

  source.emit("SIGINT");
  nowMs += 30;
  source.emit("SIGINT");

  assert.equal(requests.stopSignal.aborted, true);
  assert.equal(requests.killSignal.aborted, false);
});

test("stopping: a second Ctrl-C a second later stops at once", () => {
  const source = new EventEmitter();
  let nowMs = 1_000;
  const requests = listenForStop(source, () => nowMs);

  source.emit("SIGTERM");
  nowMs += 1_000;
  source.emit("SIGINT");

  assert.equal(requests.killSignal.aborted, true);
});

test("stopping: the end of the process that started us is a request to stop, told once", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let parentPid = 4711;
  let told = 0;
  watchParent(
    () => {
      told += 1;
    },
    () => parentPid,
  );
  t.mock.timers.tick(60_000);
  assert.equal(told, 0);

  parentPid = 1;
  t.mock.timers.tick(60_000);

  assert.equal(told, 1);
});
