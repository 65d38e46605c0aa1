import assert from "node:assert/strict";
import { test } from "node:test";
import avsc from "avsc";
import "../../../services/shared/avsc-patch.ts";
import { RECORD_LIMITS } from "../../../services/shared/domain/record-limits.ts";
import { Unreadable } from "../../../services/shared/domain/wire-format.ts";

const field = (type: object) => ({
  type: "record",
  name: "R",
  fields: [
    { name: "rows", type },
    { name: "end", type: "int" },
  ],
});
const LIST = avsc.Type.forSchema(field({ type: "array", items: "string" }) as avsc.Schema);
const MAP = avsc.Type.forSchema(field({ type: "map", values: "string" }) as avsc.Schema);
const NEITHER = avsc.Type.forSchema({ type: "record", name: "R", fields: [{ name: "end", type: "int" }] });

test("lists and maps are read as before, also in blocks with their size", () => {
  for (const [type, value] of [
    [LIST, { rows: [], end: 1 }],
    [LIST, { rows: ["a", "b"], end: 1 }],
    [MAP, { rows: { a: "1", __proto__: "2" }, end: 1 }],
  ] as const) {
    assert.deepEqual({ ...type.fromBuffer(type.toBuffer(value)) }, value);
    assert.deepEqual(
      { ...NEITHER.fromBuffer(type.toBuffer(value), NEITHER.createResolver(type)) },
      { end: 1 },
    );
  }
  // Minus two items, four bytes, "a", "b", the end of the list; 1.
  const blocks = Buffer.from([3, 8, 2, 97, 2, 98, 0, 2]);
  assert.deepEqual({ ...LIST.fromBuffer(blocks) }, { rows: ["a", "b"], end: 1 });
});

test("O55: a list or map that claims more rows than any has is refused before they are read or left out", () => {
  const most = { rows: Array<string>(RECORD_LIMITS.listItems).fill(""), end: 1 };
  assert.equal(LIST.fromBuffer(LIST.toBuffer(most)).rows.length, RECORD_LIMITS.listItems);
  const claims = [
    Buffer.from("808080808080801000", "hex"),
    Buffer.from("ffffffffffffff1f00", "hex"),
    LIST.toBuffer({ ...most, rows: [...most.rows, ""] }),
  ];
  const isTooLarge = (error: unknown): boolean => error instanceof Unreadable && error.reason === "TOO_LARGE";
  for (const bytes of claims)
    for (const type of [LIST, MAP]) {
      assert.throws(() => type.decode(bytes, 0), isTooLarge);
      assert.throws(() => NEITHER.decode(bytes, 0, NEITHER.createResolver(type)), isTooLarge);
    }
});
