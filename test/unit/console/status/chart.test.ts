import assert from "node:assert/strict";
import { test } from "node:test";
import { ABOVE, BELOW, barsOf } from "../../../../services/console/status/domain/chart.ts";

const above = (...values: readonly number[]) => barsOf(values.map((value) => ({ above: value, below: 0 })));

test("the highest bar is as high as the picture, others by their share, and nothing is drawn for nothing", () => {
  assert.deepEqual(
    above(0, 10, 5).map(({ x, y, height }) => [x, y, height]),
    [
      [11, 0, ABOVE],
      [21, ABOVE / 2, ABOVE / 2],
    ],
  );
  assert.deepEqual(above(0, 0), []);
});

test("a value that is small beside the highest can be seen", () => {
  const [small] = above(1, 100_000);
  assert.ok((small?.height ?? 0) >= 2);
});

test("what is below the line has the scale of what is above it, and fits", () => {
  const bars = barsOf([
    { above: 48, below: 4 },
    { above: 0, below: 8 },
  ]);
  assert.deepEqual(
    bars.map(({ kind, height }) => [kind, height]),
    [
      ["above", 48],
      ["below", 4],
      ["below", 8],
    ],
  );
  const mostlyBelow = barsOf([{ above: 1, below: 100 }]);
  for (const { y, height } of mostlyBelow) assert.ok(y >= 0 && y + height <= ABOVE + 1 + BELOW);
  assert.equal(mostlyBelow.find(({ kind }) => kind === "below")?.height, BELOW);
});
