import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  type CatalogueEntry,
  MESSAGE_CATALOGUE,
  messageLogged,
  type NewMessage,
  renderMessage,
} from "../../../services/shared/domain/message-catalogue.ts";
import { CONNECTION_MESSAGES } from "../../../services/shared/domain/messages/connection.ts";
import { LIST_MESSAGES } from "../../../services/shared/domain/messages/list-reading.ts";
import { MASTER_DATA_MESSAGES } from "../../../services/shared/domain/messages/master-data.ts";
import { ORDER_MESSAGES } from "../../../services/shared/domain/messages/orders.ts";
import { SETTINGS_MESSAGES } from "../../../services/shared/domain/messages/settings.ts";
import {
  CODES_CLOSED_BY_ORDER,
  WORKORDER_ERROR_CODES,
  WORKORDER_MESSAGES,
} from "../../../services/shared/domain/messages/workorders.ts";

const GROUPS = [
  MASTER_DATA_MESSAGES,
  LIST_MESSAGES,
  WORKORDER_MESSAGES,
  ORDER_MESSAGES,
  CONNECTION_MESSAGES,
  SETTINGS_MESSAGES,
];
const ENTRIES = Object.entries(MESSAGE_CATALOGUE) as readonly (readonly [string, CatalogueEntry])[];
const SERVICES = new URL("../../../services/", import.meta.url);

const placeholders = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""))].sort();

test("L1: no code stands in two groups of the catalogue", () => {
  const codes = GROUPS.flatMap((group) => Object.keys(group));
  assert.deepEqual(codes.toSorted(), Object.keys(MESSAGE_CATALOGUE).toSorted());
});

test("L3: every code has a Dutch and an English text, with the same parameters in both", () => {
  for (const [code, { nl, en }] of ENTRIES) {
    assert.match(code, /^[A-Z][A-Z0-9_]+$/);
    assert.ok(nl.text.length > 10 && en.text.length > 10, code);
    assert.notEqual(nl.text, en.text, code);
    assert.deepEqual(placeholders(nl.text), placeholders(en.text), code);
    assert.deepEqual(placeholders(nl.action), placeholders(en.action), code);
    const inText = new Set(placeholders(nl.text));
    assert.ok(
      placeholders(nl.action).every((name) => inText.has(name)),
      `${code}: the action names what the text does not`,
    );
  }
});

test("L3: every error and warning says what to do in both languages, an info asks nothing", () => {
  for (const [code, { kind, nl, en }] of ENTRIES)
    for (const { action } of [nl, en])
      if (kind === "info") assert.equal(action, "", code);
      else assert.match(action, /\.$/, code);
});

test("L3: Dutch texts address the reader as u and use no words of the trade", () => {
  for (const [code, { nl }] of ENTRIES)
    assert.doesNotMatch(
      `${nl.text} ${nl.action}`,
      /\b(je|jij|jouw|API|JSON|Kafka|topic|timeout|time-out|server|database|record|payload|retry)\b/i,
      code,
    );
});

test("L6: every code is said by some service", () => {
  const sources = globSync("**/*.ts", { cwd: SERVICES })
    .filter((file) => !file.startsWith("shared/domain/messages/"))
    .map((file) => readFileSync(new URL(file, SERVICES), "utf8"))
    .join("\n");
  const unsaid = Object.keys(MESSAGE_CATALOGUE).filter((code) => !sources.includes(`"${code}"`));
  assert.deepEqual(unsaid, []);
});

test("L5: an order that was written closes every error of its workorder and no leftover to add by hand", () => {
  const errors = Object.entries(WORKORDER_MESSAGES).filter(([, { kind }]) => kind === "error");
  assert.deepEqual(
    [...WORKORDER_ERROR_CODES],
    errors.map(([code]) => code),
  );
  assert.ok(WORKORDER_ERROR_CODES.includes("WORKORDER_WITHOUT_CUSTOMER"));
  assert.ok(WORKORDER_ERROR_CODES.every((code) => CODES_CLOSED_BY_ORDER.includes(code)));
  assert.ok(!CODES_CLOSED_BY_ORDER.includes("WORKORDER_QUANTITY_ZERO"));
});

test("L1: a message shows its parameters, and what is missing is seen", () => {
  assert.deepEqual(renderMessage("ORDER_WRITTEN", { number: "WB-1", orderId: "20260038" }, "nl"), {
    text: "Werkbon WB-1 staat in Unit4 als order 20260038.",
    action: "",
  });
  assert.equal(
    renderMessage("ORDER_WRITTEN", { number: "WB-1" }, "en").text,
    "Workorder WB-1 is in Unit4 as order ?.",
  );
});

test("L1: a parameter that looks like a placeholder or a replacement pattern is shown as it is", () => {
  const reason = "$& {number} $1";
  assert.match(
    renderMessage("ORDER_REFUSED", { number: "WB-1", reason }, "nl").text,
    /Unit4 meldt: \$& \{number\} \$1$/,
  );
});

test("L6: an unknown code shows itself, names of object members included", () => {
  for (const code of ["BRAND_NEW", "constructor", "__proto__", "toString"])
    assert.deepEqual(renderMessage(code, {}, "nl"), { text: code, action: "" });
});

const MESSAGE: NewMessage = {
  tenantId: "a",
  code: "WORKORDER_WITHOUT_CUSTOMER",
  recordId: "173",
  at: 1,
  service: "workorder-archived",
  occurrence: "1/2",
};

test("L5: the id of a message depends on tenant, code, record and occurrence alone", () => {
  const idOf = (overrides: Partial<NewMessage>) => messageLogged({ ...MESSAGE, ...overrides }).messageId;
  assert.equal(idOf({ at: 9, params: { number: "x" } }), idOf({}));
  const others: readonly Partial<NewMessage>[] = [
    { tenantId: "b" },
    { code: "WORKORDER_EMPTY" },
    { recordId: "174" },
    { occurrence: "1/3" },
  ];
  assert.equal(new Set([idOf({}), ...others.map(idOf)]).size, others.length + 1);
});

test("L1: kind and table of a message come from the catalogue, and closing nothing is null", () => {
  const { kind, table, closes } = messageLogged({ ...MESSAGE, closes: [] });
  assert.deepEqual([kind, table, closes], ["error", "workorder", null]);
});
