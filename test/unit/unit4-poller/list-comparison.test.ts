import assert from "node:assert/strict";
import { test } from "node:test";
import {
  comparePage,
  compareRow,
  type Fate,
  missingRows,
  NO_ROWS,
  rowsAfter,
  startComparison,
  takeScannedPage,
  takeUnchangedPage,
} from "../../../services/unit4-poller/domain/list-comparison.ts";
import type { Observation } from "../../../services/unit4-poller/domain/observation.ts";
import {
  ADDRESS_PENDING,
  ADDRESS_TO_TELL,
  indexOfId,
  NOWHERE,
  type PackedRows,
  packRows,
  rowAt,
} from "../../../services/unit4-poller/domain/packed-rows.ts";

type Value = { readonly phone: string };

const observe = (id: string, overrides: Partial<Observation<Value>> = {}): Observation<Value> => ({
  id,
  name: `Klant ${id}`,
  change: "present",
  stateCode: "A",
  changedOn: "2024-02-24",
  passes: true,
  organizationId: 57,
  wantsAddress: true,
  value: { phone: "050-1" },
  remarks: [],
  ...overrides,
});

/** One whole list in pages; missing rows get the fates of `fateOf`. */
function scan(
  previous: PackedRows,
  pages: readonly (readonly Observation<Value>[])[],
  fateOf: (misses: number) => Fate | undefined = () => undefined,
) {
  const comparison = startComparison(previous);
  const compared = pages.map((observations, page) =>
    comparePage(comparison, page, { observations, unreadableIds: [] }),
  );
  const missing = missingRows(comparison);
  const fates = new Map<number, Fate>();
  for (const row of missing) {
    const fate = fateOf(row.misses);
    if (fate !== undefined) fates.set(row.index, fate);
  }
  return {
    changes: compared.flatMap(({ changes }) => changes.map(({ kind, row }) => `${kind} ${row.id}`)),
    missing: missing.map(({ index }) => rowAt(previous, index).id),
    rows: rowsAfter(
      comparison,
      compared.map(({ rows }) => ({ rows: packRows(rows) })),
      fates,
    ),
  };
}

const ids = (rows: PackedRows): readonly string[] =>
  Array.from({ length: rows.count }, (_, index) => rowAt(rows, index).id);

test("M1: the first list brings every row, in the order of the ERP's answer", () => {
  const { changes } = scan(NO_ROWS, [[observe("KB16/2-BR"), observe("0017"), observe("17")]]);
  assert.deepEqual(changes, ["seen KB16/2-BR", "seen 0017", "seen 17"]);
});

test("O05: a second list with the same rows brings nothing", () => {
  const list = [[observe("KB16/2-BR"), observe("0017")], [observe("17")]];
  const first = scan(NO_ROWS, list);
  assert.deepEqual(scan(first.rows, list).changes, []);
});

test("O16: rows that change without a new date are recognised by content, and unchanged ones too", () => {
  const morning = scan(NO_ROWS, [[observe("K1"), observe("K2")]]);
  const afternoon = [[observe("K1", { value: { phone: "050-2" } }), observe("K2", { change: "inactive" })]];
  const second = scan(morning.rows, afternoon);
  assert.deepEqual(second.changes, ["seen K1", "seen K2"]);
  assert.deepEqual(scan(second.rows, afternoon).changes, []);
});

test("O13: a row that a shifted list leaves out is missing, not gone", () => {
  const before = scan(NO_ROWS, [["K1", "K2", "K3", "K4", "K5", "K6", "K7"].map((id) => observe(id))]);
  const shifted = scan(before.rows, [
    ["K1", "K2", "K3"].map((id) => observe(id)),
    ["K5", "K6", "K7"].map((id) => observe(id)),
  ]);
  assert.deepEqual(shifted.changes, []);
  assert.deepEqual(shifted.missing, ["K4"]);
  assert.deepEqual(ids(shifted.rows), ["K1", "K2", "K3", "K4", "K5", "K6", "K7"]);
});

test("O13: a row that comes twice in a shifted list has one event, of its first showing", () => {
  const { changes, rows } = scan(NO_ROWS, [
    [observe("K1"), observe("K3")],
    [observe("K3", { value: { phone: "later" } }), observe("K4")],
  ]);
  assert.deepEqual(changes, ["seen K1", "seen K3", "seen K4"]);
  assert.equal(rowAt(rows, indexOfId(rows, "K3")).page, 0);
});

test("M13: a gone row is forgotten, so that it is new when it comes back", () => {
  const before = scan(NO_ROWS, [[observe("K1"), observe("K2")]]);
  const after = scan(before.rows, [[observe("K1")]], () => ({ kind: "gone" }));
  assert.deepEqual(ids(after.rows), ["K1"]);
  assert.deepEqual(scan(after.rows, [[observe("K1"), observe("K2")]]).changes, ["seen K2"]);
});

test("M13: a missing row keeps its count and is on no page, until a list shows it again", () => {
  const before = scan(NO_ROWS, [[observe("K1"), observe("K2")]]);
  const once = scan(before.rows, [[observe("K1")]], (misses) => ({ kind: "kept", misses: misses + 1 }));
  const row = rowAt(once.rows, indexOfId(once.rows, "K2"));
  assert.deepEqual([row.misses, row.page], [1, NOWHERE]);
  const back = scan(once.rows, [[observe("K1"), observe("K2")]]);
  assert.deepEqual(back.changes, [], "it was published before, and it has not changed");
  assert.equal(rowAt(back.rows, indexOfId(back.rows, "K2")).misses, 0);
});

test("M13: a row that only a look-up finds is kept with what the look-up saw", () => {
  const before = scan(NO_ROWS, [[observe("K1")]]);
  const old = rowAt(before.rows, 0);
  const { row, change } = compareRow(old, observe("K1", { value: { phone: "new" } }), NOWHERE);
  assert.equal(change?.kind, "seen");
  const after = scan(before.rows, [[]], () => ({ kind: "found", row: { ...row, misses: 2 } }));
  assert.deepEqual(rowAt(after.rows, 0), { ...row, misses: 2 });
});

test("M9: a row that stops passing the filter leaves at once; one that never passed is known but not published", () => {
  const first = scan(NO_ROWS, [[observe("A1"), observe("A2", { passes: false })]]);
  assert.deepEqual(first.changes, ["seen A1"]);
  assert.equal(first.rows.count, 2);
  const second = scan(first.rows, [[observe("A1", { passes: false }), observe("A2", { passes: false })]]);
  assert.deepEqual(second.changes, ["left-filter A1"]);
  const third = scan(second.rows, [[observe("A1"), observe("A2")]]);
  assert.deepEqual(third.changes, ["seen A1", "seen A2"]);
});

test("M7: a changed customer's invoice address is to be looked up, with what was known of it kept", () => {
  const before = scan(NO_ROWS, [[observe("K1")]]).rows;
  assert.equal(before.flags[0], ADDRESS_PENDING);
  before.flags[0] = 0;
  before.addressHashes[0] = 99n;
  const unchanged = compareRow(rowAt(before, 0), observe("K1"), 0);
  assert.deepEqual([unchanged.row.flags, unchanged.row.addressHash], [0, 99n]);
  const changed = compareRow(rowAt(before, 0), observe("K1", { value: { phone: "2" } }), 0);
  assert.deepEqual([changed.row.flags, changed.row.addressHash], [ADDRESS_PENDING | ADDRESS_TO_TELL, 99n]);
  assert.equal(
    compareRow(null, observe("A1", { wantsAddress: false }), 0).row.flags,
    0,
    "articles have none",
  );
});

test("M7: a choice for the standard address is told of every customer, and leaves nothing to look up", () => {
  const before = scan(NO_ROWS, [[observe("K1")]]).rows;
  before.addressHashes[0] = 99n;
  const { row, change } = compareRow(rowAt(before, 0), observe("K1", { wantsAddress: false }), 0);
  assert.equal(change?.kind, "seen");
  assert.deepEqual([row.flags, row.addressHash], [0, 0n]);
  const back = compareRow(row, observe("K1"), 0);
  assert.deepEqual([back.change?.kind, back.row.flags], ["seen", ADDRESS_PENDING | ADDRESS_TO_TELL]);
});

test("M1: an unchanged page brings its own rows and leaves those of others missing", () => {
  const first = scan(NO_ROWS, [
    [observe("K1"), observe("K2")],
    [observe("K3"), observe("K4")],
  ]);
  const comparison = startComparison(first.rows);
  takeUnchangedPage(comparison, 0);
  const page = comparePage(comparison, 1, { observations: [observe("K4")], unreadableIds: [] });
  assert.deepEqual(page.changes, []);
  assert.deepEqual(
    missingRows(comparison).map(({ index }) => rowAt(first.rows, index).id),
    ["K3"],
  );
  const after = rowsAfter(comparison, [{ rows: null }, { rows: packRows(page.rows) }], new Map());
  assert.deepEqual(ids(after), ["K1", "K2", "K3", "K4"]);
});

test("O14: rows missing while deletions are halted are not on the unchanged empty list that follows", () => {
  const first = scan(NO_ROWS, [[observe("K1"), observe("K2")]]);
  const empty = scan(first.rows, [[]]);
  assert.equal(empty.rows.count, 2);
  const comparison = startComparison(empty.rows);
  takeUnchangedPage(comparison, 0);
  assert.equal(missingRows(comparison).length, 2);
});

test("M13: a known row that cannot be read is there nevertheless, and stays as it was", () => {
  const before = scan(NO_ROWS, [[observe("K1"), observe("K2")]]).rows;
  const comparison = startComparison(before);
  const page = comparePage(comparison, 0, { observations: [observe("K1")], unreadableIds: ["K2", ""] });
  assert.deepEqual(page.changes, []);
  assert.deepEqual(missingRows(comparison), []);
  assert.deepEqual(ids(rowsAfter(comparison, [{ rows: packRows(page.rows) }], new Map())), ["K1", "K2"]);
});

test("M11: a resumed scan knows the rows of the pages that it had dealt with", () => {
  const before = scan(NO_ROWS, [[observe("K1")]]).rows;
  const interrupted = startComparison(before);
  const page = comparePage(interrupted, 0, {
    observations: [observe("K1"), observe("K2")],
    unreadableIds: [],
  });
  const resumed = startComparison(before);
  takeScannedPage(resumed, 0, { rows: packRows(page.rows) });
  assert.deepEqual(
    comparePage(resumed, 1, { observations: [observe("K2"), observe("K3")], unreadableIds: [] }).rows.map(
      (row) => row.id,
    ),
    ["K3"],
  );
  assert.deepEqual(missingRows(resumed), []);
});
