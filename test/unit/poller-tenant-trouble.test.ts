import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterTurn,
  NO_TROUBLE,
  type Trouble,
  type TurnEnd,
} from "../../services/unit4-poller/domain/tenant-trouble.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const FINE: TurnEnd = { kind: "fine" };
const DOWN: TurnEnd = { kind: "unavailable", reason: "HTTP 503" };

/** Turns 20 seconds apart; the codes that each one says. */
function codesOf(ends: readonly TurnEnd[]): readonly (readonly string[])[] {
  let trouble: Trouble = NO_TROUBLE;
  return ends.map((end, index) => {
    const result = afterTurn({ before: trouble, end, administration: "MVL00042", now: NOW + index * 20_000 });
    trouble = result.trouble;
    return result.messages.map(({ code }) => code);
  });
}

test("O17: one failed turn is not told, an outage is told once and closed when it ends", () => {
  assert.deepEqual(codesOf([DOWN, FINE]), [[], []]);
  assert.deepEqual(codesOf([DOWN, DOWN, DOWN, DOWN, FINE, FINE]), [
    [],
    ["UNIT4_UNAVAILABLE"],
    [],
    [],
    ["UNIT4_AVAILABLE"],
    [],
  ]);
});

test("L5: the end of an outage closes what was told of it, under the same occurrence", () => {
  const down = afterTurn({
    before: { failures: 1, since: NOW - 5, told: [] },
    end: DOWN,
    administration: "MVL00042",
    now: NOW,
  });
  const up = afterTurn({ before: down.trouble, end: FINE, administration: "MVL00042", now: NOW + 9 });
  assert.deepEqual(up.messages[0]?.closes, ["UNIT4_UNAVAILABLE"]);
  assert.equal(up.messages[0]?.since, down.messages[0]?.since);
});

test("O18: a wait of more than 10 minutes is told in office time; a shorter one is nobody's concern", () => {
  const wait = (ms: number) =>
    afterTurn({
      before: NO_TROUBLE,
      end: { kind: "asked-to-wait", until: NOW + ms },
      administration: "MVL00042",
      now: NOW,
    }).messages;
  assert.deepEqual(wait(120_000), []);
  assert.deepEqual(
    wait(86_400_000).map(({ code, params }) => [code, params["until"]]),
    [["UNIT4_ASKED_TO_WAIT", "26-11-2026 11:00"]],
  );
});

test("O25: consent, our own access and rights on the administration are different messages, each told once", () => {
  assert.deepEqual(
    codesOf([
      { kind: "revoked" },
      { kind: "revoked" },
      { kind: "client-refused" },
      { kind: "forbidden" },
      FINE,
    ]),
    [
      ["CONNECTION_REVOKED"],
      [],
      ["CONNECTION_CLIENT_REFUSED"],
      ["ADMINISTRATION_FORBIDDEN"],
      ["CONNECTION_RESTORED"],
    ],
  );
});
