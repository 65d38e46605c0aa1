import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  contentMessage,
  type Discrepancy,
  discrepancyMessage,
  discrepancyOf,
  isContentCompared,
  isNews,
  nextCheckInMs,
} from "../../../services/order-writer/domain/reconciliation.ts";
import { renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { orderRequested } from "../../support/records.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DUPLICATE: Discrepancy = { kind: "duplicate", orderIds: ["20260038", "20260041"] };
const MISSING: Discrepancy = { kind: "missing", orderIds: [] };

const about = {
  request: orderRequested("a", "1", {}),
  orderId: "20260038",
  at: 1_795_000_000_000,
  occurrence: "check 1",
};

test("F04: two orders with one reference are a discrepancy, exactly one is none, none at all is one", () => {
  const seen = (...orderIds: string[]) => discrepancyOf({ orderIds, isShownByNumber: false });
  assert.deepEqual(seen("20260038", "20260041"), DUPLICATE);
  assert.equal(seen("20260038"), null);
  assert.deepEqual(seen(), MISSING);
});

test("W11: an order that Unit4 still shows by its number is not missing, whatever reference the office gave it", () => {
  assert.equal(discrepancyOf({ orderIds: [], isShownByNumber: true }), null);
});

test("F04: until an hour after it was written an order is looked at so often that a slip in the first minutes is found within ten", () => {
  const checkedAt: number[] = [];
  for (let ageMs = MINUTE; ; ) {
    checkedAt.push(ageMs / MINUTE);
    const next = nextCheckInMs({ ageMs, discrepancy: null, horizonMs: DAY });
    if (next === null) break;
    ageMs += next;
  }
  assert.deepEqual(checkedAt, [1, 8, 16, 60, 360, 1440]);
});

test("a check that came late goes on with the next age, and no horizon is overrun", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 * DAY }),
      fc.integer({ min: 60 * MINUTE, max: 30 * DAY }),
      (ageMs, horizonMs) => {
        const next = nextCheckInMs({ ageMs, discrepancy: null, horizonMs });
        if (next === null) assert.ok(ageMs >= horizonMs);
        else assert.ok(next > 0 && ageMs + next <= horizonMs);
      },
    ),
  );
});

test("L5: a discrepancy is looked at again every ten minutes on the first day, two orders for as long as topics keep them", () => {
  const next = (discrepancy: Discrepancy, ageMs: number) =>
    nextCheckInMs({ ageMs, discrepancy, horizonMs: DAY });
  assert.equal(next(DUPLICATE, 8 * MINUTE), 10 * MINUTE);
  assert.equal(next(DUPLICATE, 2 * DAY), 120 * MINUTE);
  assert.equal(next(DUPLICATE, 91 * DAY), null);
  assert.equal(next(MISSING, 60 * MINUTE), 10 * MINUTE);
  assert.equal(next(MISSING, DAY), null);
});

test("W11: content is compared once, and never when the office had time to edit the order", () => {
  assert.equal(isContentCompared({ checks: 0, ageMs: MINUTE }), true);
  assert.equal(isContentCompared({ checks: 1, ageMs: MINUTE }), false);
  assert.equal(isContentCompared({ checks: 0, ageMs: 6 * MINUTE }), false);
});

test("L5: the same discrepancy is no news, another one or its end is", () => {
  assert.equal(isNews(DUPLICATE, { ...DUPLICATE }), false);
  assert.equal(isNews(null, null), false);
  assert.equal(isNews(null, DUPLICATE), true);
  assert.equal(isNews(DUPLICATE, { kind: "duplicate", orderIds: ["20260038", "20260042"] }), true);
  assert.equal(isNews(DUPLICATE, MISSING), true);
  assert.equal(isNews(DUPLICATE, null), true);
});

test("L3, L5: each discrepancy is said with the order's number and ends the others; one order again ends all", () => {
  const duplicate = discrepancyMessage(DUPLICATE, about);
  assert.equal(duplicate.code, "ORDER_DUPLICATE");
  assert.deepEqual(duplicate.closes, ["ORDER_FOUND_TWICE", "ORDER_MISSING"]);
  assert.match(renderMessage(duplicate.code, duplicate.params ?? {}, "nl").text, /20260038, 20260041/);
  const missing = discrepancyMessage(MISSING, about);
  assert.match(
    renderMessage(missing.code, missing.params ?? {}, "nl").text,
    /^Order 20260038 van werkbon WB-2026-1 /,
  );
  assert.deepEqual(discrepancyMessage(null, about).closes, [
    "ORDER_DUPLICATE",
    "ORDER_FOUND_TWICE",
    "ORDER_MISSING",
  ]);
  assert.equal(contentMessage("1 · 2001: 2 → 3", about).params?.["difference"], "1 · 2001: 2 → 3");
});
