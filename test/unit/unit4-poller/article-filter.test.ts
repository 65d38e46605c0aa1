import assert from "node:assert/strict";
import { test } from "node:test";
import { passesFilter, resolveArticleFilter } from "../../../services/shared/domain/article-filter.ts";
import { choicesHash } from "../../../services/unit4-poller/domain/choices-hash.ts";

const GROUPS = [
  { groupId: "10", name: "Installatiemateriaal" },
  { groupId: "20", name: "Sanitair" },
  { groupId: "21", name: "Sanitair" },
];
const filterOf = (articleGroups: string[], articleTypes = [0, 2, 3, 4]) =>
  resolveArticleFilter({ articleGroups, articleTypes }, GROUPS, null);

test("M9: an empty setting takes all groups, also articles without one", () => {
  assert.ok(passesFilter(filterOf([]), { groupId: "", type: 0 }));
  assert.ok(passesFilter(filterOf([]), { groupId: "99", type: 0 }));
});

test("M9: groups are named by name or code, with exactly that spelling", () => {
  const passes = (setting: string, groupId: string) =>
    passesFilter(filterOf([setting]), { groupId, type: 0 });
  assert.ok(passes("Installatiemateriaal", "10"));
  assert.ok(passes("10", "10"));
  assert.ok(passes("Sanitair", "20") && passes("Sanitair", "21"), "both groups of that name");
  assert.ok(!passes("installatiemateriaal", "10"));
  assert.ok(!passes("Installatiemateriaal ", "10"));
  assert.ok(!passes("Sanitair", "10"));
});

test("M10: an article must pass both the group and the type filter", () => {
  const filter = filterOf(["10"], [2]);
  assert.ok(passesFilter(filter, { groupId: "10", type: 2 }));
  assert.ok(!passesFilter(filter, { groupId: "10", type: 0 }));
  assert.ok(!passesFilter(filter, { groupId: "20", type: 2 }));
});

test("M9: a group that is renamed in Unit4 keeps its articles in Simon", () => {
  const before = filterOf(["Installatiemateriaal"]);
  const settings = { articleGroups: ["Installatiemateriaal"], articleTypes: [0] };
  for (const groups of [[], [{ groupId: "10", name: "Materiaal" }]])
    assert.ok(passesFilter(resolveArticleFilter(settings, groups, before), { groupId: "10", type: 0 }));
});

test("M10: the same choice in another order is the same filter; another choice is not", () => {
  assert.equal(
    choicesHash(filterOf(["10", "20"], [2, 0])),
    choicesHash(filterOf(["20", "10", "20"], [0, 2])),
  );
  assert.notEqual(choicesHash(filterOf(["10"])), choicesHash(filterOf([])));
  assert.notEqual(choicesHash(filterOf([], [0])), choicesHash(filterOf([], [2])));
});
