/** An exact decimal number: `units` / 10^`scale`. Two of them can be the same number at different scales. */
export type Decimal = { readonly units: bigint; readonly scale: number };

/** Digits on either side of the point that are read: more than any quantity or price has. */
const MOST_DIGITS = 30;
const MINUTES_PER_HOUR = 60n;

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;
/** Digits in threes need a first group without a leading zero: `0.250` is not 250. */
const DUTCH = /^(-?)(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?$/;

/**
 * A decimal as events and the API write it: digits, a point as separator, a minus sign in front where negative.
 * @returns null for every other notation ("2,5", "1.250,75", "1e3", "+2", ".5", "", "NaN"): never a guess
 */
export function parsePlainDecimal(text: string): Decimal | null {
  return decimalFrom(PLAIN.exec(text));
}

/**
 * A decimal as people type it in a Dutch form: a comma before the decimals, points only between groups of three
 * digits; spaces around it are taken away.
 * @returns null for what is not surely one number ("2.5", "1,2,3", "0.250", "")
 */
export function parseDutchDecimal(text: string): Decimal | null {
  return decimalFrom(DUTCH.exec(text.trim()));
}

/** Whole minutes as hours, rounded half away from zero to `scale` decimals. @throws RangeError when not whole */
export function minutesToHours(minutes: number, scale: number): Decimal {
  return quotient({ units: BigInt(minutes), scale: 0 }, MINUTES_PER_HOUR, scale);
}

/** The number at `scale` decimals; what does not fit is rounded half away from zero. */
export function roundHalfAwayFromZero(value: Decimal, scale: number): Decimal {
  return quotient(value, 1n, scale);
}

/** Digits with a point as separator, without trailing zeros and without a negative zero: "2.5", "-2", "0". */
export function toPlainText({ units, scale }: Decimal): string {
  const digits = absolute(units)
    .toString()
    .padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function decimalFrom(match: RegExpExecArray | null): Decimal | null {
  if (match === null) return null;
  const [, sign = "", grouped = "", fraction = ""] = match;
  const whole = grouped.replaceAll(".", "");
  if (whole.length > MOST_DIGITS || fraction.length > MOST_DIGITS) return null;
  const units = BigInt(whole + fraction);
  return { units: sign === "-" ? -units : units, scale: fraction.length };
}

/** `value` / `divisor` (positive) at `scale` decimals, rounded half away from zero. */
function quotient(value: Decimal, divisor: bigint, scale: number): Decimal {
  const shift = scale - value.scale;
  const top = absolute(value.units) * 10n ** BigInt(Math.max(shift, 0));
  const bottom = divisor * 10n ** BigInt(Math.max(-shift, 0));
  const rounded = (2n * top + bottom) / (2n * bottom);
  return { units: value.units < 0n ? -rounded : rounded, scale };
}

const absolute = (units: bigint): bigint => (units < 0n ? -units : units);
