import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amsterdamDate, parseUnit4Date } from "../../../services/shared/domain/dutch-date.ts";
import { unit4DateText } from "../../support/unit4-date-text.ts";

const ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Europe/Amsterdam"];

/** Runs a piece of test in each of several time zones of the process. */
function inEachZone(piece: (zone: string) => void): void {
  const before = process.env["TZ"];
  try {
    for (const zone of ZONES) {
      process.env["TZ"] = zone;
      piece(zone);
    }
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
}

test("O08: every date shape of Unit4 is the same calendar date in every time zone", () => {
  inEachZone((zone) => {
    const read = (text: string) => {
      const date = parseUnit4Date(text);
      return date.kind === "date" ? date.iso : date.kind;
    };
    assert.equal(read("5-3-2024"), "2024-03-05", zone);
    assert.equal(read("13-6-2024"), "2024-06-13", zone);
    assert.equal(read("31-2-2024"), "invalid", zone);
    assert.equal(read(""), "none", zone);
    assert.equal(read("2024-03-05T00:00:00"), "2024-03-05", zone);
    assert.equal(read("05-03-2024 0:00:00"), "2024-03-05", zone);
  });
});

test("O08: leap days, other notations and half dates are told apart", () => {
  assert.deepEqual(parseUnit4Date("29-2-2024"), { kind: "date", iso: "2024-02-29" });
  for (const text of [
    "29-2-2023",
    "0-1-2024",
    "1-13-2024",
    "1-1-24",
    "5/3/2024",
    "2024-3-5",
    "gisteren",
    "1-1-0000",
  ])
    assert.deepEqual(parseUnit4Date(text), { kind: "invalid" }, text);
  assert.deepEqual(parseUnit4Date("  "), { kind: "none" });
});

test("O08: a date that is written for Unit4 is read back as the same date", () => {
  const dates = fc.date({ min: new Date("1900-01-01"), max: new Date("2999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const iso = date.toISOString().slice(0, 10);
      assert.deepEqual(parseUnit4Date(unit4DateText(iso)), { kind: "date", iso });
    }),
  );
  assert.equal(unit4DateText("2026-04-01"), "01-04-2026");
  assert.throws(() => unit4DateText("1-4-2026"), RangeError);
  assert.throws(() => unit4DateText("2026-02-30"), RangeError);
});

test("O09: just after midnight in the Netherlands it is the new day, wherever the process runs", () => {
  inEachZone((zone) => {
    assert.equal(amsterdamDate(Date.parse("2026-03-31T22:16:00Z")), "2026-04-01", zone);
    assert.equal(amsterdamDate(Date.parse("2025-12-31T23:20:00Z")), "2026-01-01", zone);
    assert.equal(amsterdamDate(Date.parse("2026-03-31T21:59:59Z")), "2026-03-31", zone);
  });
});
