import assert from "node:assert/strict";
import { test } from "node:test";
import { type Standing, verdictOf, wayOf } from "../../../services/console/status/domain/verdict.ts";

const NOW = Date.parse("2026-12-01T15:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);
const FINE: Standing = {
  isActive: true,
  isNew: false,
  connection: "connected",
  parkedUntil: null,
  failedPolls: 0,
  failedSendings: 0,
  failingSince: null,
  brakes: 0,
  isLoaded: true,
  waiting: 0,
  oldestAt: null,
  errors: 0,
};

const CASES: readonly (readonly [string, Partial<Standing>, string, readonly [string, string]])[] = [
  ["all is well", {}, "fine", ["runs", "runs"]],
  ["an order is on its way", { waiting: 1, oldestAt: minutesAgo(1) }, "fine", ["runs", "runs"]],
  ["an order waits for long", { waiting: 1, oldestAt: minutesAgo(6) }, "slow", ["runs", "slow"]],
  ["one call failed", { failedPolls: 1, failedSendings: 1 }, "fine", ["runs", "runs"]],
  ["reading fails", { failedPolls: 2, failingSince: minutesAgo(9) }, "falters", ["falters", "runs"]],
  ["writing fails", { failedSendings: 2 }, "falters", ["runs", "falters"]],
  ["a rest that was asked for", { parkedUntil: minutesAgo(-5), failedPolls: 3 }, "rests", ["rests", "rests"]],
  ["a rest that has passed", { parkedUntil: minutesAgo(1) }, "fine", ["runs", "runs"]],
  ["consent gone, whatever else", { connection: "revoked", failedPolls: 9 }, "revoked", ["stands", "stands"]],
  ["our access refused", { connection: "client_refused" }, "client-refused", ["stands", "stands"]],
  ["no connection", { connection: "none" }, "unconnected", ["stands", "stands"]],
  ["deletions that wait", { brakes: 1, errors: 4 }, "asks", ["asks", "runs"]],
  ["the first load", { isLoaded: false }, "loading", ["loading", "runs"]],
  ["errors that are open", { errors: 2 }, "errors", ["runs", "runs"]],
  ["switched off, whatever else", { isActive: false, connection: "revoked" }, "off", ["off", "off"]],
  ["never switched on", { isActive: false, isNew: true }, "never", ["off", "off"]],
];

for (const [what, differently, verdict, [toSimon, toUnit4]] of CASES)
  test(`the status says how it stands: ${what}`, () => {
    const standing = { ...FINE, ...differently };
    assert.equal(verdictOf(standing, NOW), verdict);
    assert.deepEqual(wayOf(standing, NOW), { toSimon, toUnit4 });
  });
