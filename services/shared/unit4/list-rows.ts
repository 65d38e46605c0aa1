/** Which rows of a list are wanted: `top` rows after the first `skip`, in the order of their ids. */
export type PageRequest = { readonly skip: number; readonly top: number };

/** A page of a list as it came: JSON, an array, UTF-8. */
export type ListPage = { readonly body: Buffer };

/** A row that could not be read; the others can be. */
export type MalformedRow = {
  /** Its place in the answer, from 0. */
  readonly index: number;
  /** Its id as far as that is readable, otherwise "". */
  readonly id: string;
  /** What is wrong, as field names, without values. */
  readonly reason: string;
};

/** The rows of a page in the order of the answer, or why the page is no list. */
export type ListRows<Row> =
  | { readonly kind: "rows"; readonly rows: readonly Row[]; readonly malformed: readonly MalformedRow[] }
  | { readonly kind: "unusable"; readonly reason: string };
