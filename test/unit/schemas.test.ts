import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import avsc from "avsc";
import { protocolOf, readSchemas, recordsSource } from "../../schemas/generate-records.ts";
import { ROOT } from "../support/source-files.ts";

const committed = (name: string): string => readFileSync(join(ROOT, "schemas", name), "utf8");

test("the TypeScript types are what the generator makes of the schemas", () => {
  const squeezed = (text: string): string => text.replaceAll(/\s+|\|(?=\s*\n)/g, "").replaceAll(/=\|/g, "=");
  assert.equal(squeezed(committed("records.ts")), squeezed(recordsSource(readSchemas())));
});

test("O22: the protocol is what the generator makes of the schemas, and has each record as its file has it", () => {
  const protocol = JSON.parse(committed("pipeline.avpr"));
  assert.deepEqual(protocol, JSON.parse(JSON.stringify(protocolOf(readSchemas()))));
  const registry = {};
  for (const [index, schema] of readSchemas().entries()) {
    const own = avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)), { wrapUnions: "never" });
    const shared = avsc.Type.forSchema(protocol.types[index], { registry, wrapUnions: "never" });
    assert.equal(shared.fingerprint().toString("hex"), own.fingerprint().toString("hex"), own.name);
  }
});

test("O22: a type that two schemas define differently makes no protocol", () => {
  const kind = (symbol: string) => ({ type: "enum", name: "Kind", symbols: [symbol] });
  assert.throws(() => protocolOf([kind("a"), kind("b")]), /Kind is defined in two ways/);
});

/** Times, dates and amounts from before there were logical types here; they stay as they are (decision 0060). */
const PLAIN_FOR_GOOD = [
  "Article.priceExclVat",
  "Article.priceInclVat",
  "ArticleChanged.changedOn",
  "ArticleChanged.observedAt",
  "CustomerChanged.changedOn",
  "CustomerChanged.observedAt",
  "Material.quantity",
  "MessageLogged.at",
  "OrderLine.quantity",
  "OrderRequested.archivedAt",
  "OrderRequested.orderDate",
  "OrderRequested.requestedAt",
  "OrderSettled.archivedAt",
  "OrderSettled.settledAt",
  "Retry.at",
  "WorkorderArchived.archivedAt",
];

test("O22: a new field with a time, a date or an amount says so by its logical type", () => {
  const plain = new Set(readSchemas().flatMap((schema) => [...plainTimesAndAmounts(schema)]));
  assert.deepEqual([...plain].sort(), PLAIN_FOR_GOOD);
});

type Node = Parameters<typeof protocolOf>[0][number]["type"];

/** Names of fields whose words tell of a time, a date or an amount and whose type does not. */
function* plainTimesAndAmounts(node: Node, owner = ""): Generator<string> {
  if (typeof node === "string") return;
  if (Array.isArray(node)) {
    for (const branch of node) yield* plainTimesAndAmounts(branch, owner);
    return;
  }
  const { name = owner, fields = [], items, type } = node as Parameters<typeof protocolOf>[0][number];
  for (const field of fields) {
    const tells = /since 1970|yyyy-MM-dd|decimal text|(At|Date|Price|Amount|Quantity)$/;
    const told = tells.test(field.name) || tells.test(field.doc ?? "");
    if (told && !JSON.stringify(field.type).includes("logicalType")) yield `${name}.${field.name}`;
    yield* plainTimesAndAmounts(field.type, name);
  }
  if (items !== undefined) yield* plainTimesAndAmounts(items, name);
  if (typeof type !== "string") yield* plainTimesAndAmounts(type, name);
}
