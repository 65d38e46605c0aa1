import assert from "node:assert/strict";
import { test } from "node:test";
import { createCappedLog } from "../../../../services/console/parts/capped-log.ts";

/** A log, and the lines in it. */
function log() {
  const lines: { readonly event: string }[] = [];
  const write = (event: string, fields: object = {}): void => void lines.push({ event, ...fields });
  return { lines, log: { debug: write, info: write, warn: write, error: write } };
}

test("of what one source does a thousand times ten are told, and the rest in one line when the minute is over", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { lines, log: to } = log();
  const warn = createCappedLog(to);
  for (let times = 0; times < 1_000; times += 1) warn("request_refused", "wrong_key", "here", { times });
  warn("request_refused", "foreign_tenant", "here", { is: "another kind" });
  warn("request_refused", "wrong_key", "there", { is: "another source" });
  assert.equal(lines.length, 12);

  t.mock.timers.tick(60_000);
  assert.deepEqual(lines.slice(12), [
    { event: "warnings_left_out", of: "request_refused", kind: "wrong_key", count: 990 },
  ]);
  warn("request_refused", "wrong_key", "here", {});
  t.mock.timers.tick(60_000);
  assert.equal(lines.length, 14, "the next minute begins anew, and a quiet one has no line");
});

test("a crowd of sources is told of 300 times a minute for each kind, one by one and in all", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { lines, log: to } = log();
  const warn = createCappedLog(to);
  for (let source = 0; source < 5_000; source += 1) warn("request_refused", "wrong_key", `${source}`, {});
  warn("request_refused", "foreign_tenant", "one more", {});
  assert.equal(lines.length, 301);
  t.mock.timers.tick(60_000);
  assert.deepEqual(lines.at(-1), {
    event: "warnings_left_out",
    of: "request_refused",
    kind: "wrong_key",
    count: 4_700,
  });
});
