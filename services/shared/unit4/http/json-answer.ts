import { isUtf8 } from "node:buffer";
import type { HttpAnswer } from "./http.ts";
import { type ItemPlace, itemPlaces } from "./json-items.ts";

/** Why an answer with a good status cannot be used. */
export type UnusableReason =
  | "EMPTY_ANSWER"
  | "HTML_ANSWER"
  | "ENCODED_ANSWER"
  | "NOT_UTF8"
  | "CUT_OFF"
  | "NOT_JSON"
  | "WRONG_SHAPE";

export type JsonAnswer =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [LESS_THAN, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x3c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether the bytes can only be those of a JSON list: looks at both ends, so that a page that is known by its hash costs
 * no reading, and neither a maintenance page nor a cut-off answer passes for one.
 * @returns null when they can
 */
export function whyUnusable(answer: HttpAnswer): UnusableReason | null {
  if (isEncoded(answer)) return "ENCODED_ANSWER";
  const { first, last } = ends(answer.body);
  if (first === undefined) return "EMPTY_ANSWER";
  if (first === LESS_THAN) return "HTML_ANSWER";
  if (first !== OPEN_LIST) return "WRONG_SHAPE";
  return last === CLOSE_LIST ? null : "CUT_OFF";
}

/** The JSON of an answer, strictly: a byte order mark is passed over, everything else that is not JSON has its reason. */
export function readJson(body: Buffer): JsonAnswer {
  const { first, last } = ends(body);
  if (first === undefined) return unusable("EMPTY_ANSWER");
  if (first === LESS_THAN) return unusable("HTML_ANSWER");
  if (!isUtf8(body)) return unusable("NOT_UTF8");
  try {
    return { kind: "json", value: JSON.parse(body.toString("utf8", startOf(body))) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const isCut =
      (first === OPEN_LIST && last !== CLOSE_LIST) || (first === OPEN_OBJECT && last !== CLOSE_OBJECT);
    return unusable(isCut ? "CUT_OFF" : "NOT_JSON");
  }
}

/** The items of a JSON list, each read when it is asked for. */
export type JsonItems = {
  readonly kind: "items";
  readonly count: number;
  /** Those from the one index up to, and without, the other. */
  values(from: number, to: number): readonly unknown[];
};

/** As `readJson`, for a list that is too large to be read as a whole: each item has been seen to be JSON. */
export function readJsonItems(
  body: Buffer,
): JsonItems | { readonly kind: "unusable"; readonly reason: UnusableReason } {
  const { first, last } = ends(body);
  if (first === undefined) return unusable("EMPTY_ANSWER");
  if (first === LESS_THAN) return unusable("HTML_ANSWER");
  if (!isUtf8(body)) return unusable("NOT_UTF8");
  if (first !== OPEN_LIST) return unusable("WRONG_SHAPE");
  const places = last === CLOSE_LIST ? itemPlaces(body, startOf(body)) : null;
  if (places === null) return unusable(last === CLOSE_LIST ? "NOT_JSON" : "CUT_OFF");
  const valueAt = ({ start, end }: ItemPlace): unknown => JSON.parse(body.toString("utf8", start, end));
  try {
    for (const place of places) valueAt(place);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return unusable("NOT_JSON");
  }
  return { kind: "items", count: places.length, values: (from, to) => places.slice(from, to).map(valueAt) };
}

/** As `readJson`, for an answer whose headers are at hand. */
export function readJsonAnswer(answer: HttpAnswer): JsonAnswer {
  return isEncoded(answer) ? unusable("ENCODED_ANSWER") : readJson(answer.body);
}

/** We ask for no compression, and a server that compresses all the same would need a limit on what comes out. */
function isEncoded({ headers }: HttpAnswer): boolean {
  const encoding = headers["content-encoding"];
  return encoding !== undefined && encoding !== "" && encoding !== "identity";
}

function ends(body: Buffer): { readonly first: number | undefined; readonly last: number | undefined } {
  let start = startOf(body);
  let end = body.length;
  while (start < end && SPACES.has(body[start] ?? 0)) start += 1;
  while (end > start && SPACES.has(body[end - 1] ?? 0)) end -= 1;
  return { first: body[start], last: start < end ? body[end - 1] : undefined };
}

const startOf = (body: Buffer): number => (body.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0);

const unusable = (reason: UnusableReason) => ({ kind: "unusable", reason }) as const;
