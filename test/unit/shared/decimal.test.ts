import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Decimal,
  minutesToHours,
  parseDutchDecimal,
  parsePlainDecimal,
  roundHalfAwayFromZero,
  toPlainText,
} from "../../../services/shared/domain/decimal.ts";

const plain = (text: string): string | null => textOf(parsePlainDecimal(text));
const dutch = (text: string): string | null => textOf(parseDutchDecimal(text));
const textOf = (value: Decimal | null): string | null => (value === null ? null : toPlainText(value));

test("O10: a quantity in an event is plain decimal text and everything else is refused", () => {
  const cases: Record<string, string | null> = {
    "2.5": "2.5",
    "-2": "-2",
    "0": "0",
    "-0": "0",
    "007.50": "7.5",
    "2,5": null,
    "1.250,75": null,
    "1e3": null,
    "": null,
    NaN: null,
    Infinity: null,
    "+2": null,
    ".5": null,
    "5.": null,
    " 2": null,
    "1 250": null,
    "0x10": null,
    "--2": null,
    "٢": null,
    "2\n": null,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((text) => [text, plain(text)])), cases);
});

test("O10: a quantity in a form is Dutch and what could mean two numbers is refused", () => {
  const cases: Record<string, string | null> = {
    "2,5": "2.5",
    "1.250,75": "1250.75",
    "1.250": "1250",
    " 12 ": "12",
    "-0,50": "-0.5",
    "1.250.000": "1250000",
    "2.5": null,
    "1,2,3": null,
    "0.250": null,
    "1.2500": null,
    "1250.750": null,
    "12.34,5": null,
    ",5": null,
    "": null,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((text) => [text, dutch(text)])), cases);
});

test("O10: a text of a million digits is refused, not computed with", () => {
  assert.equal(parsePlainDecimal("9".repeat(1_000_000)), null);
  assert.equal(parseDutchDecimal(`0,${"9".repeat(1_000_000)}`), null);
});

test("O11: minutes become hours, exact halves away from zero", () => {
  const hours = (minutes: number, scale: number): string => toPlainText(minutesToHours(minutes, scale));
  assert.deepEqual(
    [15, 20, 25, 50, 0, 10, 120].map((minutes) => hours(minutes, 2)),
    ["0.25", "0.33", "0.42", "0.83", "0", "0.17", "2"],
  );
  assert.deepEqual(
    [9, 15, 21].map((minutes) => hours(minutes, 1)),
    ["0.2", "0.3", "0.4"],
  );
  assert.deepEqual(
    [29, 30, 90].map((minutes) => hours(minutes, 0)),
    ["0", "1", "2"],
  );
});

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]): Decimal => ({ units, scale }));

test("W14: text and decimal are each other's inverse", () => {
  fc.assert(
    fc.property(decimals, (value) => {
      const text = toPlainText(value);
      const back = parsePlainDecimal(text);
      assert.ok(back !== null);
      assert.equal(back.units * 10n ** BigInt(value.scale), value.units * 10n ** BigInt(back.scale));
      assert.doesNotMatch(text, /\.\d*0$|\.$|^-0$/);
    }),
  );
});

test("W14: rounding is off by at most half a unit, symmetric, and a half goes away from zero", () => {
  fc.assert(
    fc.property(decimals, fc.integer({ min: 0, max: 6 }), (value, scale) => {
      const rounded = roundHalfAwayFromZero(value, scale);
      const common = 10n ** BigInt(value.scale + scale);
      const difference =
        (rounded.units * common) / 10n ** BigInt(scale) - (value.units * common) / 10n ** BigInt(value.scale);
      const half = common / 10n ** BigInt(scale);
      const doubled = 2n * (difference < 0n ? -difference : difference);
      assert.ok(doubled <= half);
      if (doubled === half) assert.equal(difference > 0n, value.units > 0n);
      const mirrored = roundHalfAwayFromZero({ units: -value.units, scale: value.scale }, scale);
      assert.equal(mirrored.units, -rounded.units);
    }),
  );
});
