import type { Parsed } from "../calls/get.ts";
import type { HttpAnswer } from "../http/http.ts";
import { readJsonAnswer, whyUnusable } from "../http/json-answer.ts";
import type { ListPage } from "./list-rows.ts";
import type { RowReader } from "./row-reader.ts";

const WRONG_SHAPE = { kind: "unusable", reason: "WRONG_SHAPE" } as const;

/** The bytes of a list that is read later, if at all. */
export function pageOf(answer: HttpAnswer): Parsed<ListPage> {
  const reason = whyUnusable(answer);
  return reason === null ? { kind: "ok", value: { body: answer.body } } : { kind: "unusable", reason };
}

/** One object. */
export const oneOf =
  <Row>(read: RowReader<Row>) =>
  (answer: HttpAnswer): Parsed<Row> => {
    const json = readJsonAnswer(answer);
    if (json.kind === "unusable") return json;
    const parsed = read(json.value);
    return parsed.kind === "row" ? { kind: "ok", value: parsed.row } : WRONG_SHAPE;
  };

/** A list as a whole: where absence from it means something, a row that cannot be read spoils all of it. */
export const allOf =
  <Row>(read: RowReader<Row>) =>
  (answer: HttpAnswer): Parsed<readonly Row[]> => {
    const json = readJsonAnswer(answer);
    if (json.kind === "unusable") return json;
    if (!Array.isArray(json.value)) return WRONG_SHAPE;
    const rows: Row[] = [];
    for (const item of json.value) {
      const parsed = read(item);
      if (parsed.kind === "malformed") return WRONG_SHAPE;
      rows.push(parsed.row);
    }
    return { kind: "ok", value: rows };
  };
