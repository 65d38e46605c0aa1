import assert from "node:assert/strict";
import { test } from "node:test";
import {
  equals,
  filterSpellings,
  fitsPath,
  listQuery,
  pathSegment,
} from "../../../../services/shared/unit4/reading/odata.ts";

test("O05: ids in paths have !_ in place of each percent sign, so that a slash passes", () => {
  assert.equal(pathSegment("KB16/2-BR"), "KB16!_2F2-BR");
  assert.equal(pathSegment("A B%C"), "A!_20B!_25C");
  assert.equal(pathSegment("0017"), "0017");
  assert.equal(pathSegment("é'!"), "!_C3!_A9!_27!_21");
  assert.equal(pathSegment(".."), "!_2E!_2E");
});

test("O05: quotes in an id are doubled inside the literal and the expression is encoded", () => {
  assert.equal(equals("ProductId", "O'Brien"), "ProductId eq 'O''Brien'");
  assert.equal(
    listQuery({ filter: equals("ProductId", "A&B+'"), top: 2 }),
    "?$filter=ProductId%20eq%20'A%26B%2B'''&$top=2",
  );
  assert.equal(
    listQuery({ orderBy: "CustomerId", top: 1000, skip: 0 }),
    "?$orderby=CustomerId&$top=1000&$skip=0",
  );
  assert.equal(listQuery({}), "");
});

test("O50: an id that a path cannot carry is known, and spelled for filters of every kind of server", () => {
  for (const id of ["..", ".", "...", "a/../b", "..\\x", "!_2F", "A!_B", "%2F", "100%"])
    assert.equal(fitsPath(id), false, id);
  for (const id of ["0017", "KB16/2-BR", "A.B", "1..2", "!", "a!b", "é'", ".5"])
    assert.equal(fitsPath(id), true, id);
  assert.deepEqual(filterSpellings(".."), [".."]);
  assert.deepEqual(filterSpellings("%2F"), ["%2F", "%252F"]);
  assert.deepEqual(filterSpellings("!_2F"), ["!_2F", "!_21_2F"]);
});
