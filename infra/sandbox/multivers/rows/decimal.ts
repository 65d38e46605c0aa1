/** An exact decimal number: `units` / 10^`scale`. */
export type Decimal = Readonly<{ units: bigint; scale: number }>;

/** The decimal number that a JSON number was written as; `null` for what is not finite. */
export function decimalOf(value: number): Decimal | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const units = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** The exact product. */
export function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** The exact sum. */
export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

/** The quotient, rounded half away from zero to `scale` decimals; `divisor` is not zero. */
export function dividedBy(dividend: Decimal, divisor: Decimal, scale: number): Decimal {
  const shift = scale + divisor.scale - dividend.scale;
  const numerator = dividend.units * 10n ** BigInt(Math.max(shift, 0));
  const denominator = divisor.units * 10n ** BigInt(Math.max(-shift, 0));
  return { units: halfAwayFromZero(numerator, denominator), scale };
}

/** Rounded half away from zero to `scale` decimals. */
export function rounded(value: Decimal, scale: number): Decimal {
  return dividedBy(value, { units: 1n, scale: 0 }, scale);
}

/** The nearest JSON number. */
export function numberOf({ units, scale }: Decimal): number {
  return Number(`${units}e-${scale}`);
}

function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function halfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}
