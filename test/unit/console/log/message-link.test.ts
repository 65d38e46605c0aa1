import assert from "node:assert/strict";
import { test } from "node:test";
import { messageFilterFrom, pageWithin } from "../../../../services/console/log/domain/message-filter.ts";
import { messageLink } from "../../../../services/console/log/domain/message-link.ts";
import { MESSAGE } from "../../../../services/console/log/message-texts.ts";
import { checkText } from "../../../../services/console/settings/check-texts.ts";
import {
  type CatalogueEntry,
  MESSAGE_CATALOGUE,
  type MessageCode,
} from "../../../../services/shared/domain/message-catalogue.ts";

const PLACES: Readonly<Record<string, RegExp>> = {
  connect: /^\/activation\/connect$/,
  settings: /^\/settings$/,
  brakes: /^#brakes$/,
  renumbered: /^\/renumbered$/,
  workorder: /^\/workorders\/w%2F1$/,
  workorders: /^\/workorders$/,
  message: /^\/log\/7$/,
  status: /^$/,
};

test("L3: every error and warning leads to a place of the console, an info to none", () => {
  for (const [code, { kind, table }] of Object.entries<CatalogueEntry>(MESSAGE_CATALOGUE)) {
    const link = messageLink({ id: 7, code, kind, table, recordId: table === "workorder" ? "w/1" : "K1" });
    if (kind === "info") assert.equal(link, null, code);
    else assert.match(link?.path ?? "none", PLACES[link?.place ?? ""] ?? /^-$/, code);
  }
});

test("L3: a message leads to what its action names", () => {
  const placeOf = (code: string, recordId = "w1"): string | undefined => {
    const { kind, table } = MESSAGE_CATALOGUE[code as MessageCode];
    return messageLink({ id: 7, code, kind, table, recordId })?.place;
  };
  for (const [code, place] of [
    ["CONNECTION_REVOKED", "connect"],
    ["ADMINISTRATION_FORBIDDEN", "connect"],
    ["ORDER_NEEDS_CONNECTION", "connect"],
    ["ORDER_NO_RIGHTS", "connect"],
    ["WORKORDER_WITHOUT_CUSTOMER", "workorder"],
    ["ORDER_REFUSED", "workorder"],
    ["WORKORDER_SETTINGS_MISSING", "settings"],
    ["ORDER_MEMO_FIELD_REFUSED", "settings"],
    ["SETTINGS_ARTICLE_GONE", "settings"],
    ["CUSTOMER_DELETIONS_HALTED", "brakes"],
    ["CUSTOMER_ADDRESSES_LEFT", "renumbered"],
    ["RECORD_SET_ASIDE", "message"],
    ["CUSTOMER_ROW_UNREADABLE", "status"],
  ] as const)
    assert.equal(placeOf(code), place, code);
  for (const nothing of ["", "*"]) assert.equal(placeOf("ORDER_REFUSED", nothing), "workorders");
  assert.equal(
    messageLink({ id: 7, code: "OF_TOMORROW", kind: "error", table: "other", recordId: "" })?.place,
    "status",
  );
});

test("L3: each parameter of a message has a name that people understand, in both languages", () => {
  const parameters = Object.values<CatalogueEntry>(MESSAGE_CATALOGUE).flatMap(({ nl, en }) =>
    [nl.text, nl.action, en.text, en.action].flatMap((text) => text.match(/(?<=\{)\w+(?=\})/g) ?? []),
  );
  for (const language of ["nl", "en"] as const)
    for (const name of parameters) assert.ok(Object.hasOwn(MESSAGE[language].names, name), name);
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
  for (const [from, day] of [
    ["2026-02-28", "2026-02-28"],
    ["2026-02-30", ""],
    ["0000-01-01", ""],
    ["25-10-2026", ""],
    ["2026-10-25T00:00", ""],
    ["+12026-01-01", ""],
  ])
    assert.equal(messageFilterFrom({ from }).from, day, from);
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
