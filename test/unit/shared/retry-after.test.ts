import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { notBefore } from "../../../services/shared/domain/retry-after.ts";

const NOW = Date.UTC(2026, 10, 25, 10, 0, 0, 200);
const OWN_MS = 45_000;
const at = (header: string | undefined) => notBefore({ header, now: NOW, ownBackoffMs: OWN_MS });

test("O18: a date, seconds, nothing, nonsense, the past and a whole day each lead to their own pause", () => {
  const cases: readonly (readonly [string, string | undefined, number])[] = [
    ["a: date", "Wed, 25 Nov 2026 10:00:30 GMT", Date.UTC(2026, 10, 25, 10, 0, 30)],
    ["b: seconds", "120", NOW + 120_000],
    ["c: zero", "0", NOW + 1_000],
    ["d: nonsense", "soon", NOW + OWN_MS],
    ["e: absent", undefined, NOW + OWN_MS],
    ["f: past", "Wed, 25 Nov 2026 09:59:00 GMT", NOW + 1_000],
    ["g: a day", "86400", NOW + 86_400_000],
  ];
  for (const [name, header, expected] of cases) assert.equal(at(header), expected, name);
});

test("O18: no header can lead to less than a second or to no number at all", () => {
  const headers = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "NaN",
      "-5",
      "1.5",
      "1e9",
      "99999999999999999",
      "Wed, 99 Foo 2026 10:00:30 GMT",
      "Invalid Date",
    ),
    fc.integer().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(headers, (header) => {
      const until = at(header);
      assert.ok(Number.isFinite(until));
      assert.ok(until >= NOW + 1_000);
    }),
  );
});
