import type { OrderLine, OrderRequested } from "../../../schemas/records.ts";
import { type Decimal, parsePlainDecimal, toPlainText } from "../../shared/domain/decimal.ts";
import { isStoredReference } from "./stored-reference.ts";

/** A line of an order as Unit4 stored it. */
export type StoredLine = {
  /** null where Unit4 does not say. */
  readonly orderLineType: number | null;
  readonly productId: string;
  readonly description: string;
  /** Plain decimal text; null where Unit4 does not say. */
  readonly quantityOrdered: string | null;
  /** Of one; plain decimal text, null where Unit4 does not say. */
  readonly price: string | null;
};

/** An order as Unit4 stored it. Empty texts and null are what Unit4 does not show: they prove nothing. */
export type StoredOrder = {
  readonly customerId: string;
  readonly reference: string;
  readonly orderLines: readonly StoredLine[] | null;
  /** What the order comes to; plain decimal text, null where Unit4 does not say. */
  readonly total: string | null;
};

/** What was sent, and what Unit4 has in its place; `stored` is null where it has nothing. */
export type StoredDifference = {
  readonly about: "customer" | "reference" | "article" | "text";
  /** Number of the line as sent, from 1; null for what is no line. */
  readonly line: number | null;
  /** Article code of the line; empty for what is no article line. */
  readonly articleId: string;
  readonly sent: string;
  readonly stored: string | null;
};

type SentLine = { readonly line: OrderLine; readonly number: number };

const TEXT_LINE = 3;
const TEXT_ARTICLE = 1;

/**
 * Where Unit4's order is not the one that was sent (rule W20): another customer or reference, a line that is missing, an
 * article with another quantity. What Unit4 adds or words differently is its own business.
 */
export function compareStored(request: OrderRequested, stored: StoredOrder): readonly StoredDifference[] {
  return [...headDifferences(request, stored), ...lineDifferences(request.lines, stored.orderLines)];
}

/** The differences as people read them, in any language: `2 · 2001: -2 → 1`, and `→ –` for what is not there. */
export const differenceText = (differences: readonly StoredDifference[]): string =>
  differences.map(oneDifferenceText).join("; ");

function oneDifferenceText({ about, line, articleId, sent, stored }: StoredDifference): string {
  const place = [line === null ? "" : String(line), articleId].filter((part) => part !== "").join(" · ");
  const shown = (text: string): string => (about === "text" || about === "reference" ? `"${text}"` : text);
  const values = `${shown(sent)} → ${stored === null ? "–" : shown(stored)}`;
  return place === "" ? values : `${place}: ${values}`;
}

function headDifferences(request: OrderRequested, stored: StoredOrder): readonly StoredDifference[] {
  const differences: StoredDifference[] = [];
  const { customerId, reference } = stored;
  const head = { line: null, articleId: "" };
  if (customerId !== "" && customerId.trim() !== request.customerId)
    differences.push({ ...head, about: "customer", sent: request.customerId, stored: customerId });
  if (reference !== "" && !isStoredReference(reference, request.reference))
    differences.push({ ...head, about: "reference", sent: request.reference, stored: reference });
  return differences;
}

function lineDifferences(
  lines: readonly OrderLine[],
  stored: readonly StoredLine[] | null,
): readonly StoredDifference[] {
  if (stored === null) return [];
  const sent = lines.map((line, index) => ({ line, number: index + 1 }));
  const articles = Map.groupBy(
    sent.filter(({ line }) => line.kind === "article"),
    ({ line }) => line.articleId,
  );
  const differences = [...articles].flatMap(([articleId, own]) =>
    articleDifferences(
      own,
      stored.filter(({ productId }) => productId === articleId),
    ),
  );
  return [...differences, ...textDifferences(sent, stored)].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0),
  );
}

/** Lines of one article: those with the same quantity belong together, the rest in their order. */
function articleDifferences(
  sent: readonly SentLine[],
  stored: readonly StoredLine[],
): readonly StoredDifference[] {
  const left = [...stored];
  const unmatched = sent.filter(({ line }) => {
    const same = left.findIndex((one) => isSameQuantity(line, one));
    if (same !== -1) left.splice(same, 1);
    return same === -1;
  });
  return unmatched.map(({ line, number }) => ({
    about: "article",
    line: number,
    articleId: line.articleId,
    sent: line.quantity,
    stored: left.shift()?.quantityOrdered ?? null,
  }));
}

/** A text article has no quantity, and a quantity that Unit4 does not show is no other one. */
function isSameQuantity(line: OrderLine, { quantityOrdered }: StoredLine): boolean {
  if (line.articleType === TEXT_ARTICLE || quantityOrdered === null) return true;
  const [sent, stored] = [parsePlainDecimal(line.quantity), parsePlainDecimal(quantityOrdered)];
  return sent !== null && stored !== null && isSame(sent, stored);
}

const isSame = (one: Decimal, other: Decimal): boolean => toPlainText(one) === toPlainText(other);

/** A text line is missing when there is no line with its text nor any other text line that can be the same one reworded. */
function textDifferences(
  sent: readonly SentLine[],
  stored: readonly StoredLine[],
): readonly StoredDifference[] {
  const left = stored.filter(isTextLine).map(({ description }) => squeezed(description));
  const unmatched = sent.filter(({ line }) => {
    if (line.kind !== "text" || squeezed(line.text) === "") return false;
    const same = left.indexOf(squeezed(line.text));
    if (same !== -1) left.splice(same, 1);
    return same === -1;
  });
  const reworded = left.filter((text) => text !== "").length;
  return unmatched.slice(reworded).map(({ line, number }) => ({
    about: "text",
    line: number,
    articleId: "",
    sent: line.text,
    stored: null,
  }));
}

const isTextLine = ({ orderLineType, productId }: StoredLine): boolean =>
  productId === "" && (orderLineType === null || orderLineType === TEXT_LINE);

const squeezed = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Articles that Unit4 bills for nothing, each once: their price is 0, or the whole order comes to 0. */
export function unpricedArticles({ orderLines, total }: StoredOrder): readonly string[] {
  const billed = (orderLines ?? []).filter(
    ({ productId, quantityOrdered }) =>
      productId !== "" && quantityOrdered !== null && quantityOrdered !== "0",
  );
  const unpriced = total === "0" ? billed : billed.filter(({ price }) => price === "0");
  return [...new Set(unpriced.map(({ productId }) => productId))];
}
