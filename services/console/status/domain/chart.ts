/** Height of what is drawn above the line, and below it, in units of the picture. */
export const ABOVE = 48;
export const BELOW = 16;
/** Width of one place, and of the bar in it. */
export const PLACE = 10;
const BAR = 8;
/** A bar that can be seen, however small its value is beside the highest. */
const LEAST = 2;

export type Bar = {
  readonly kind: "above" | "below";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/**
 * Bars above a line and, where there are values for it, below it, at one scale on both sides as far as the space below allows.
 * @param values one for each place, from left to right, none negative; 0 draws nothing
 */
export function barsOf(
  values: readonly { readonly above: number; readonly below: number }[],
): readonly Bar[] {
  const highest = Math.max(0, ...values.map(({ above }) => above));
  const lowest = Math.max(0, ...values.map(({ below }) => below));
  const scale = Math.min(perUnit(ABOVE, highest), perUnit(BELOW, lowest));
  const height = (value: number): number => Math.max(LEAST, Math.round(value * scale * 10) / 10);
  return values.flatMap(({ above, below }, place) => {
    const x = place * PLACE + (PLACE - BAR) / 2;
    const bars: Bar[] = [];
    if (above > 0)
      bars.push({ kind: "above", x, y: ABOVE - height(above), width: BAR, height: height(above) });
    if (below > 0) bars.push({ kind: "below", x, y: ABOVE + 1, width: BAR, height: height(below) });
    return bars;
  });
}

const perUnit = (space: number, most: number): number =>
  most === 0 ? Number.POSITIVE_INFINITY : space / most;
