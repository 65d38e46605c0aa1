import assert from "node:assert/strict";
import { test } from "node:test";
import { messageFilterFrom, pageWithin } from "../../services/console/domain/message-filter.ts";
import { messageLink } from "../../services/console/domain/message-link.ts";
import { checkText } from "../../services/console/ui/settings-check-texts.ts";
import { type CatalogueEntry, MESSAGE_CATALOGUE } from "../../services/shared/domain/message-catalogue.ts";

test("L3: every error and warning leads to a place where something can be done", () => {
  for (const [code, { kind, table }] of Object.entries(MESSAGE_CATALOGUE) as readonly [
    string,
    CatalogueEntry,
  ][]) {
    const link = messageLink({ code, kind, table, recordId: "1" });
    if (kind !== "info") assert.notEqual(link, null, code);
  }
  assert.equal(
    messageLink({ code: "X", kind: "error", table: "workorder", recordId: "a/b" }),
    "/workorders/a%2Fb",
  );
});

test("O24: a page beyond the end is the last one, and nonsense is the first", () => {
  assert.deepEqual(pageWithin(12, 7, 50), { page: 1, pages: 1 });
  assert.deepEqual(pageWithin(12, 1_000, 50), { page: 12, pages: 20 });
  assert.deepEqual(pageWithin(99, 1_000, 50), { page: 20, pages: 20 });
  for (const nonsense of [0, -3, Number.NaN, 1.5, 1e300])
    assert.equal(pageWithin(nonsense, 1_000, 50).page, 1, String(nonsense));
  assert.deepEqual(pageWithin(1, 0, 50), { page: 1, pages: 1 });
});

test("a filter that makes no sense counts as none", () => {
  assert.deepEqual(
    messageFilterFrom({
      kind: "fatal",
      table: "users",
      state: "?",
      from: "2026-13-45",
      to: "gisteren",
      q: "  x ",
    }),
    { kind: "", table: "", state: "all", from: "", to: "", search: "x" },
  );
});

test("O25: a check that did not happen says who has to do what, in both languages", () => {
  const cases = [
    ["CONNECTION_MISSING", /Koppel opnieuw/, /Connect again/],
    ["CLIENT_REFUSED", /ligt niet aan u/, /not the cause/],
    ["UNIT4_AWAY", /Probeer het zo opnieuw/, /Try again/],
    ["UNIT4_BUSY", /wachten tot 25-10-2026 02:30:00 \(zomertijd\)/, /wait until/],
  ] as const;
  const params = { reason: "HTTP_503", until: String(Date.parse("2026-10-25T00:30:00Z")) };
  for (const [code, nl, en] of cases) {
    assert.match(checkText({ code, params }, "nl"), nl);
    assert.match(checkText({ code, params }, "en"), en);
  }
});
