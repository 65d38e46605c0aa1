import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterTurn,
  type FailureStreak,
  NO_FAILURES,
  type TurnEnd,
} from "../../../services/unit4-poller/domain/failure-streak.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const FINE: TurnEnd = { kind: "fine" };
const DOWN: TurnEnd = { kind: "unavailable", reason: "HTTP 503" };

/** Turns 20 seconds apart; the codes that each one says. */
function codesOf(ends: readonly TurnEnd[]): readonly (readonly string[])[] {
  let streak: FailureStreak = NO_FAILURES;
  return ends.map((end, index) => {
    const result = afterTurn({ before: streak, end, administration: "MVL00042", now: NOW + index * 20_000 });
    streak = result.streak;
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
  const up = afterTurn({ before: down.streak, end: FINE, administration: "MVL00042", now: NOW + 9 });
  assert.deepEqual(up.messages[0]?.closes, ["UNIT4_UNAVAILABLE"]);
  assert.equal(up.messages[0]?.since, down.messages[0]?.since);
});

test("O18: a wait of more than 10 minutes is told in office time; a shorter one is nobody's concern", () => {
  const wait = (ms: number) =>
    afterTurn({
      before: NO_FAILURES,
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

test("O40: a fault of ours is told after the second failure, by the list that it is about, and closed when it ends", () => {
  const faulty = (entity: "customer" | "article"): TurnEnd => ({
    kind: "faulty",
    entity,
    reason: "RECORD_TOO_LARGE",
  });
  assert.deepEqual(codesOf([faulty("customer"), faulty("customer"), faulty("customer"), FINE]), [
    [],
    ["CUSTOMERS_OUT_OF_DATE"],
    [],
    ["CUSTOMERS_UP_TO_DATE"],
  ]);
  assert.deepEqual(codesOf([faulty("article"), faulty("article"), FINE]), [
    [],
    ["ARTICLES_OUT_OF_DATE"],
    ["ARTICLES_UP_TO_DATE"],
  ]);
});

test("F43: a certificate that is refused is told as that, beside an outage before it, and both end together", () => {
  const expired: TurnEnd = { kind: "unavailable", reason: "CERTIFICATE_EXPIRED" };
  const ofToken: TurnEnd = { kind: "unavailable", reason: "TOKEN_CERTIFICATE_REFUSED" };
  assert.deepEqual(codesOf([expired, expired, expired, FINE]), [
    [],
    ["UNIT4_CERTIFICATE_REFUSED"],
    [],
    ["UNIT4_AVAILABLE"],
  ]);
  assert.deepEqual(codesOf([DOWN, DOWN, ofToken, FINE]), [
    [],
    ["UNIT4_UNAVAILABLE"],
    ["UNIT4_CERTIFICATE_REFUSED"],
    ["UNIT4_AVAILABLE"],
  ]);
});
