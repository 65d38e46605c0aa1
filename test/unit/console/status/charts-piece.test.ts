import assert from "node:assert/strict";
import { test } from "node:test";
import { chartsPiece } from "../../../../services/console/status/charts-piece.ts";
import { CHARTS, shownSeconds } from "../../../../services/console/status/charts-texts.ts";
import type { Total } from "../../../../services/console/status/totals-queries.ts";

const NOTHING: Total = {
  beginsAt: new Date("2026-11-28T13:00:00Z"),
  ...{ changes: 0, written: 0, refused: 0, timed: 0, seconds: 0, longestSeconds: 0 },
};

test("sums are said with their plural, and times with the decimal sign of the language", () => {
  assert.equal(CHARTS.nl.changesSum(1), "1 wijziging");
  assert.equal(CHARTS.nl.changesSum(1_200), "1.200 wijzigingen");
  assert.equal(CHARTS.en.changesSum(1), "1 change");
  assert.equal(CHARTS.nl.ordersSum(1, 0), "1 order geschreven");
  assert.equal(CHARTS.nl.ordersSum(2, 1), "2 orders geschreven, 1 geweigerd");
  assert.equal(CHARTS.en.ordersSum(0, 3), "0 orders written, 3 refused");
  assert.equal(shownSeconds(1.44, "nl"), "1,4 s");
  assert.equal(shownSeconds(1.44, "en"), "1.4 s");
  assert.equal(shownSeconds(9.96, "nl"), "10 s");
  assert.equal(shownSeconds(7_500, "nl"), "2 u 5 min");
});

test("where nothing went through it is said, and no chart is drawn", () => {
  const text = String(chartsPiece({ hours: [NOTHING], days: [NOTHING] }, "nl"));
  assert.equal(text.match(/Er ging in deze tijd nog niets doorheen/g)?.length, 2);
  assert.doesNotMatch(text, /<svg|<table/);
});

test("bars have their time and value, what was refused hangs below the line, and a table says the same", () => {
  const busy: Total = {
    ...NOTHING,
    ...{ changes: 7, written: 4, refused: 1, timed: 2, seconds: 5, longestSeconds: 3.5 },
  };
  const day = { ...busy, beginsAt: new Date("2026-11-27T23:00:00Z") };
  const text = String(chartsPiece({ hours: [busy, NOTHING], days: [day] }, "nl"));
  assert.match(text, /<title>14:00: 7<\/title>/);
  assert.match(text, /<title>14:00: 4 \/ 1<\/title>/);
  assert.match(text, /<title>28 november: 2,5 s<\/title>/);
  assert.match(text, /gemiddeld 2,5 s, langste 3,5 s/);
  assert.match(text, /Onder de lijn: geweigerd/);
  assert.equal(text.match(/class="below"/g)?.length, 2);
  assert.match(
    text,
    /<tr><th scope="row">14:00<\/th><td>7<\/td><td>4<\/td><td>1<\/td><td>2,5 s<\/td><td>3,5 s<\/td><\/tr>/,
  );
  assert.match(text, /<td>0<\/td><td>–<\/td><td>–<\/td><\/tr>/);
  assert.doesNotMatch(text, /style=|NaN|Infinity/);
});

test("without a refusal nothing hangs below the line, and no line about it is there", () => {
  const text = String(chartsPiece({ hours: [{ ...NOTHING, written: 1 }], days: [NOTHING] }, "en"));
  assert.doesNotMatch(text, /class="below"|Below the line/);
  assert.match(text, /no orders/);
});
