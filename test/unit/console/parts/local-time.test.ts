import assert from "node:assert/strict";
import { test } from "node:test";
import {
  shownClock,
  shownCount,
  shownSpan,
  shownTime,
} from "../../../../services/console/parts/domain/local-time.ts";

const at = (iso: string): number => Date.parse(iso);

test("O24: the hour that the clock shows twice is told apart, and every other hour is plain", () => {
  assert.equal(shownTime(at("2026-10-25T00:30:00Z"), "nl"), "25-10-2026 02:30:00 (zomertijd)");
  assert.equal(shownTime(at("2026-10-25T01:30:00Z"), "nl"), "25-10-2026 02:30:00 (wintertijd)");
  assert.equal(shownTime(at("2026-10-25T01:59:59Z"), "en"), "25-10-2026 02:59:59 (winter time)");
  assert.equal(shownTime(at("2026-10-24T23:59:59Z"), "nl"), "25-10-2026 01:59:59");
  assert.equal(shownTime(at("2026-10-25T02:00:00Z"), "nl"), "25-10-2026 03:00:00");
  assert.equal(shownTime(at("2026-03-29T01:00:00Z"), "nl"), "29-03-2026 03:00:00");
});

test("a span is said in the largest unit that fits", () => {
  assert.equal(shownSpan(0, "nl"), "0 s");
  assert.equal(shownSpan(59_400, "nl"), "59 s");
  assert.equal(shownSpan(59_600, "nl"), "1 min");
  assert.equal(shownSpan(3_600_000, "nl"), "1 u");
  assert.equal(shownSpan(7_500_000, "en"), "2 h 5 min");
});

test("counts have the separators of the language", () => {
  assert.equal(shownCount(25_000, "nl"), "25.000");
  assert.equal(shownCount(1_000_000, "en"), "1,000,000");
});

test("O24: every moment is told as the Dutch clock shows it, also those that share an hour, and those of long ago", () => {
  const clock = new Intl.DateTimeFormat("nl-NL", {
    timeZone: "Europe/Amsterdam",
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  });
  const begin = Date.parse("2026-10-24T20:59:58.400Z");
  const moments = Array.from({ length: 400 }, (_, i) => begin + i * 611_013);
  for (const ms of [
    ...moments,
    -1,
    0,
    Date.parse("1969-12-31T23:59:59.999Z"),
    Date.parse("1920-05-01T12:00:00Z"),
  ]) {
    const told = shownTime(ms, "nl").replace(/ \(.*\)$/, "");
    assert.equal(told, clock.format(ms).replace(",", ""), new Date(ms).toISOString());
  }
});

test("O24: a moment in a sentence is a time of the day that it is, else it has its date", () => {
  const now = Date.parse("2026-10-25T14:00:00Z");
  assert.equal(shownClock(Date.parse("2026-10-25T12:59:59Z"), now, "nl"), "13:59");
  assert.equal(shownClock(Date.parse("2026-10-24T12:00:00Z"), now, "nl"), "24-10-2026 14:00");
  assert.equal(shownClock(Date.parse("2026-10-25T00:30:00Z"), now, "nl"), "02:30 (zomertijd)");
  assert.equal(shownClock(Date.parse("2026-10-25T01:30:00Z"), now, "en"), "02:30 (winter time)");
});
