/** Where the end of a list lies: there is a row after `filled` others, and none after `empty`. */
export type TotalRange = {
  readonly filled: number;
  /** Null until an offset without a row was seen. */
  readonly empty: number | null;
};

export type TotalStep =
  | { readonly kind: "look" /** Rows to skip before the one row that is asked for. */; readonly skip: number }
  | { readonly kind: "known"; readonly total: number }
  /** No list is that long: the server gives rows whatever is skipped. */
  | { readonly kind: "hopeless" };

const LONGEST_LIST = 16_777_216;

/**
 * How to find the length of a list that has no count, by looking for one row at growing offsets and then in halves:
 * some ten small requests for 25,000 rows, which is what it takes to tell people how long a first load lasts (rule M11).
 * @param exactTo rows that the result may be too high by
 */
export function nextTotalStep(range: TotalRange, exactTo: number): TotalStep {
  if (range.empty === null) {
    const skip = range.filled * 2;
    return skip > LONGEST_LIST ? { kind: "hopeless" } : { kind: "look", skip };
  }
  if (range.empty - range.filled <= Math.max(1, exactTo)) return { kind: "known", total: range.empty };
  return { kind: "look", skip: Math.ceil((range.filled + range.empty) / 2) };
}

/** The range after a look: whether there was a row at that offset. */
export const narrowed = (range: TotalRange, skip: number, isFilled: boolean): TotalRange =>
  isFilled ? { ...range, filled: skip } : { ...range, empty: skip };
