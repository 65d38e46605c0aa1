import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PUT_BACK_HEADER,
  type PutBack,
  putBackHeader,
  putBackIn,
} from "../../../../services/shared/domain/put-back.ts";
import {
  headerTexts,
  packHeaders,
  type RecordHeader,
  textHeader,
} from "../../../../services/shared/domain/record-headers.ts";
import { processedLetter } from "../../../../services/shared/kafka/domain/processed-letter.ts";

const LETTER: PutBack = {
  topic: "unit4.customer-changed.v1",
  partition: 3,
  offset: 1_200,
  group: "simon-projector",
  attempt: 2,
};

const recordWith = (...headers: readonly RecordHeader[]) => ({
  key: Buffer.from("bos/K1"),
  headers: headerTexts(headers),
  headerBytes: packHeaders(headers),
});

test("O42: a record says which letter it is in its last header, and nowhere else", () => {
  assert.deepEqual(putBackIn(recordWith(textHeader("hop", "1"), putBackHeader(LETTER))), LETTER);
  assert.deepEqual(
    putBackIn(recordWith(textHeader(PUT_BACK_HEADER, "its own"), putBackHeader(LETTER))),
    LETTER,
  );
  for (const headers of [
    [],
    [putBackHeader(LETTER), textHeader("hop", "1")],
    [textHeader(PUT_BACK_HEADER, "anything")],
    [textHeader(PUT_BACK_HEADER, "0 t/1/2 g")],
    [textHeader(PUT_BACK_HEADER, null)],
  ])
    assert.equal(putBackIn(recordWith(...headers)), null);
});

test("O42: that a record was processed is told by the group that had set it aside, once for each time it was put back", () => {
  const record = recordWith(putBackHeader(LETTER));
  const told = processedLetter(record, "simon-projector", 7);
  assert.deepEqual(
    [told?.tenantId, told?.code, told?.recordId, told?.closes, told?.at],
    ["bos", "RECORD_PROCESSED", "K1", ["RECORD_SET_ASIDE"], 7],
  );
  assert.equal(processedLetter(record, "order-writer", 7), null);
  assert.equal(processedLetter(recordWith(), "simon-projector", 7), null);
  const third = processedLetter(recordWith(putBackHeader({ ...LETTER, attempt: 3 })), "simon-projector", 7);
  assert.notEqual(told?.occurrence, third?.occurrence);
});
