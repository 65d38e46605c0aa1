import { type ArticleFilter, passesFilter } from "../../../shared/domain/article-filter.ts";
import { type PlainText, plainText } from "../../../shared/domain/plain-text.ts";
import { articleState, customerState } from "../../../shared/domain/unit4-states.ts";

/** Why a row would not come over. */
export type SkipReason = "inactive" | "unknown-state" | "unreadable" | "group-not-chosen" | "type-not-chosen";

/** Rows of one kind: how many would come over, and how many not and why, with some of them by name. */
export type Tally = {
  readonly over: number;
  readonly skipped: {
    readonly [R in SkipReason]?: { readonly count: number; readonly examples: readonly PlainText[] };
  };
};

export type RehearsalCounts = { readonly customers: Tally; readonly articles: Tally };

/** A row as far as the rehearsal looks; `reason` null: it would come over. */
export type RehearsedRow = { readonly reason: SkipReason | null; readonly label: PlainText };

export const NO_ROWS_YET: Tally = { over: 0, skipped: {} };
const MOST_EXAMPLES = 20;
const LONGEST_LABEL = 200;

/** What names a row, or its code, as it is kept. */
export function rowLabel(text: string): PlainText {
  return plainText(text, LONGEST_LABEL);
}

/** A customer as the poller judges it: inactive ones come over marked, so that nobody can choose them (M5). */
export function rehearsedCustomer(row: {
  readonly customerId: string;
  readonly name: string;
  readonly customerStateId: string;
}): RehearsedRow {
  return {
    reason: stateReason(customerState(row.customerStateId)),
    label: rowLabel(`${row.customerId} ${row.name}`.trim()),
  };
}

/** An article as the poller judges it: first the filter (rules M9, M10), then its state. */
export function rehearsedArticle(
  row: {
    readonly productId: string;
    readonly description: string;
    readonly productGroupId: string;
    readonly productType: number;
    readonly productState: number;
  },
  filter: ArticleFilter,
): RehearsedRow {
  const label = rowLabel(`${row.productId} ${row.description}`.trim());
  const article = { groupId: row.productGroupId, type: row.productType };
  if (!passesFilter(filter, article)) {
    const isType = !filter.types.includes(row.productType);
    return { reason: isType ? "type-not-chosen" : "group-not-chosen", label };
  }
  return { reason: stateReason(articleState(row.productState)), label };
}

const stateReason = (state: "present" | "inactive" | "unknown"): SkipReason | null =>
  state === "present" ? null : state === "inactive" ? "inactive" : "unknown-state";

/** A row that cannot be read. */
export const unreadableRow = (id: string): RehearsedRow => ({
  reason: "unreadable",
  label: rowLabel(id),
});

/** The tally with more rows counted. */
export function tallied(tally: Tally, rows: readonly RehearsedRow[]): Tally {
  let over = tally.over;
  const skipped: { [R in SkipReason]?: { count: number; examples: PlainText[] } } = {};
  for (const [reason, { count, examples }] of Object.entries(tally.skipped))
    skipped[reason as SkipReason] = { count, examples: [...examples] };
  for (const { reason, label } of rows) {
    if (reason === null) over += 1;
    else {
      const one = skipped[reason] ?? { count: 0, examples: [] };
      skipped[reason] = one;
      one.count += 1;
      if (one.examples.length < MOST_EXAMPLES) one.examples.push(label);
    }
  }
  return { over, skipped };
}

/** Where the reading of the lists stands. */
export type RehearsalCursor = {
  readonly entity: "customers" | "articles";
  readonly skip: number;
  /** First row of the page before: a list that begins with it again has no more pages. */
  readonly firstId: string;
};

export const FIRST_PAGE: RehearsalCursor = { entity: "customers", skip: 0, firstId: "" };

/**
 * Where to read on after a page; null after the last one. A page that is empty, or that is the page before once more (a
 * server that does not know `$skip`), ends its list.
 */
export function nextCursor(
  cursor: RehearsalCursor,
  page: { readonly rows: number; readonly firstId: string },
): RehearsalCursor | null {
  if (isListEnd(cursor, page))
    return cursor.entity === "customers" ? { ...FIRST_PAGE, entity: "articles" } : null;
  return { ...cursor, skip: cursor.skip + page.rows, firstId: page.firstId };
}

/** Whether a page adds nothing to what was read before it. */
export const isListEnd = (
  cursor: RehearsalCursor,
  page: { readonly rows: number; readonly firstId: string },
): boolean => page.rows === 0 || (cursor.skip > 0 && page.firstId === cursor.firstId);
