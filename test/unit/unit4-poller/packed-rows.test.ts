import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodePages, encodePages } from "../../../services/unit4-poller/domain/known-pages.ts";
import {
  decodeRows,
  indexAfterId,
  indexOfId,
  mergeRows,
  NOWHERE,
  packRows,
  type Row,
  rowAt,
} from "../../../services/unit4-poller/domain/packed-rows.ts";

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const row: fc.Arbitrary<Row> = fc.record(
  {
    id: fc.string({ unit: "grapheme", minLength: 1, maxLength: 14 }).filter((id) => id.isWellFormed()),
    hash: u64,
    addressHash: u64,
    organizationId: fc.integer({ min: 0, max: 99_999_999 }),
    page: fc.integer({ min: 0, max: 70_000 }),
    misses: fc.integer({ min: 0, max: 255 }),
    flags: fc.integer({ min: 0, max: 3 }),
  },
  { noNullPrototype: true },
);
const distinctRows = fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 60 });

test("M14: a snapshot comes back from its stored form as it was, wherever in memory it stands", () => {
  fc.assert(
    fc.property(distinctRows, fc.integer({ min: 0, max: 9 }), (rows, shift) => {
      const stored = packRows(rows).bytes;
      const elsewhere = Buffer.alloc(stored.length + shift);
      stored.copy(elsewhere, shift);
      const decoded = decodeRows(elsewhere.subarray(shift));
      assert.ok(decoded !== null);
      assert.deepEqual(
        rows.map((_, index) => rowAt(decoded, index)),
        rows,
      );
    }),
  );
});

test("O05: every id is found again after a merge, and no other", () => {
  fc.assert(
    fc.property(distinctRows, fc.nat(), (rows, split) => {
      const at = split % (rows.length + 1);
      const merged = mergeRows(
        [rows.slice(0, at), rows.slice(at)].map((part) => ({ rows: packRows(part), take: () => true })),
      );
      assert.equal(merged.count, rows.length);
      for (const wanted of rows) assert.deepEqual(rowAt(merged, indexOfId(merged, wanted.id)), wanted);
      const ids = new Set(rows.map((r) => r.id));
      for (const other of ["", "0017", "17", "KB16/2-BR"])
        assert.equal(indexOfId(merged, other) >= 0, ids.has(other));
    }),
  );
});

test("M7: the rows after an id follow it in the order of the snapshot, whether the id is there or not", () => {
  const rows = mergeRows([{ rows: packRows(["b", "d", "f"].map(bareRow)), take: () => true }]);
  assert.deepEqual(
    ["", "a", "b", "c", "d", "e", "f", "g"].map((id) => indexAfterId(rows, id)),
    [0, 0, 1, 1, 2, 2, 3, 3],
  );
});

test("M13: a row that the list lacked stands on no page and keeps its count", () => {
  const merged = mergeRows([
    { rows: packRows([bareRow("a"), bareRow("b")]), take: () => true, missesOf: (i) => (i === 1 ? 3 : null) },
  ]);
  assert.deepEqual(
    [0, 1].map((i) => [merged.pages[i], merged.misses[i]]),
    [
      [0, 0],
      [NOWHERE, 3],
    ],
  );
});

test("M1: stored bytes of another layout are no snapshot", () => {
  const stored = packRows([bareRow("a")]).bytes;
  stored.writeUInt32LE(99, 0);
  assert.equal(decodeRows(stored), null);
  assert.equal(decodeRows(Buffer.alloc(0)), null);
});

test("M1: a million rows take less than 64 MB", () => {
  const page = packRows(Array.from({ length: 1_000 }, (_, index) => bareRow(String(10_000_000 + index))));
  const merged = mergeRows(Array.from({ length: 1_000 }, () => ({ rows: page, take: () => true })));
  assert.equal(merged.count, 1_000_000);
  assert.ok(merged.bytes.length < 64 * 1024 * 1024);
});

test("M1: known pages come back from their stored form, one without a hash too", () => {
  const pages = [
    { hash: Buffer.alloc(32, 7), rows: 1_000 },
    { hash: null, rows: 12 },
  ];
  assert.deepEqual(decodePages(encodePages(pages)), pages);
});

function bareRow(id: string): Row {
  return { id, hash: 1n, addressHash: 0n, organizationId: 0, page: 0, misses: 0, flags: 0 };
}
