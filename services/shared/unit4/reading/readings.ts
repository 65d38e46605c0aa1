import type { Reading } from "../get.ts";
import { listTrouble, readJsonAnswer } from "../http/json-answer.ts";
import type { HttpAnswer } from "../http.ts";
import type { ListPage } from "../list-rows.ts";
import type { RowReader } from "./row-reader.ts";

const WRONG_SHAPE = { kind: "unusable", reason: "WRONG_SHAPE" } as const;

/** The bytes of a list that is read later, if at all. */
export function pageOf(answer: HttpAnswer): Reading<ListPage> {
  const reason = listTrouble(answer);
  return reason === null ? { kind: "ok", value: { body: answer.body } } : { kind: "unusable", reason };
}

/** One object. */
export const oneOf =
  <Row>(read: RowReader<Row>) =>
  (answer: HttpAnswer): Reading<Row> => {
    const json = readJsonAnswer(answer);
    if (json.kind === "unusable") return json;
    const reading = read(json.value);
    return reading.kind === "row" ? { kind: "ok", value: reading.row } : WRONG_SHAPE;
  };

/** A list as a whole: where absence from it means something, a row that cannot be read spoils all of it. */
export const allOf =
  <Row>(read: RowReader<Row>) =>
  (answer: HttpAnswer): Reading<readonly Row[]> => {
    const json = readJsonAnswer(answer);
    if (json.kind === "unusable") return json;
    if (!Array.isArray(json.value)) return WRONG_SHAPE;
    const rows: Row[] = [];
    for (const item of json.value) {
      const reading = read(item);
      if (reading.kind === "malformed") return WRONG_SHAPE;
      rows.push(reading.row);
    }
    return { kind: "ok", value: rows };
  };
