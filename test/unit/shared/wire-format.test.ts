import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frame, readFrame, Unreadable } from "../../../services/shared/domain/wire-format.ts";

test("a framed value gives back its schema id and body", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.uint8Array({ maxLength: 100 }), (id, bytes) => {
      const framed = frame(id, Buffer.from(bytes));
      const { schemaId, start } = readFrame(framed);
      assert.equal(schemaId, id);
      assert.deepEqual(framed.subarray(start), Buffer.from(bytes));
    }),
  );
});

test("O21: whatever the bytes are, a value has a frame or is unreadable for one of the known reasons", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      try {
        assert.ok(readFrame(Buffer.from(bytes)).schemaId > 0);
      } catch (error) {
        assert.ok(error instanceof Unreadable);
      }
    }),
  );
  const reasonOf = (value: Buffer): string => {
    try {
      readFrame(value);
      return "none";
    } catch (error) {
      return error instanceof Unreadable ? error.reason : String(error);
    }
  };
  assert.deepEqual(
    [
      Buffer.alloc(0),
      Buffer.from([0, 0]),
      Buffer.from("01000000070241", "hex"),
      Buffer.from([0, 255, 255, 255, 255, 2]),
      Buffer.alloc(2 * 1024 * 1024),
    ].map(reasonOf),
    ["TOO_SHORT", "TOO_SHORT", "WRONG_MAGIC", "SCHEMA_ID_UNKNOWN", "TOO_LARGE"],
  );
});
