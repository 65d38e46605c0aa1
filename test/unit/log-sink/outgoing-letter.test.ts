import assert from "node:assert/strict";
import { test } from "node:test";
import { outgoingLetter } from "../../../services/log-sink/letters/domain/outgoing-letter.ts";
import { partitionFor } from "../../../services/shared/domain/partitioner.ts";
import { putBackHeader } from "../../../services/shared/domain/put-back.ts";
import { packHeaders, textHeader, unpackHeaders } from "../../../services/shared/domain/record-headers.ts";

const LETTER = {
  ...{ topic: "unit4.customer-changed.v1", partition: 7, offset: 103, group: "simon-projector", attempt: 2 },
  key: Buffer.from("bos/K1"),
  value: Buffer.from([0, 1]),
  headers: { hop: "1" },
  headerBytes: packHeaders([textHeader("hop", "1"), textHeader("hop", "2")]),
};

test("O42: a letter goes back with all its headers, and behind them which letter it is", () => {
  const { key, value, headerBytes } = outgoingLetter(LETTER, 48);
  assert.deepEqual([key, value], [LETTER.key, LETTER.value]);
  assert.deepEqual(unpackHeaders(headerBytes), [
    textHeader("hop", "1"),
    textHeader("hop", "2"),
    putBackHeader(LETTER),
  ]);
  const ofBefore = outgoingLetter({ ...LETTER, headerBytes: null }, 48);
  assert.deepEqual(unpackHeaders(ofBefore.headerBytes), [textHeader("hop", "1"), putBackHeader(LETTER)]);
});

test("O42: a letter goes where its tenant's records stand now; without a tenant to its own partition", () => {
  for (const partitions of [12, 48])
    assert.equal(outgoingLetter(LETTER, partitions).partition, partitionFor(Buffer.from("bos"), partitions));
  for (const key of [null, Buffer.from("no tenant"), Buffer.from([0xff, 0xfe])])
    assert.equal(outgoingLetter({ ...LETTER, key }, 12).partition, 7);
});
