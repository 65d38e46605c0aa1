import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJsonItems } from "../../../../services/shared/unit4/http/json-answer.ts";
import { parseArticleBlocks, parseArticles } from "../../../../services/shared/unit4/master-data/articles.ts";
import { LARGE_PAGE_BYTES } from "../../../../services/shared/unit4/reading/list-rows.ts";

test("O56: a list read item by item has the items of the list read as a whole", () => {
  const space = fc.constantFrom("", " ", "\n\t", "\r\n  ");
  const list = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.string().map((text) => `\\"${text}\\`),
    ),
    { minLength: 0, maxLength: 8 },
  );
  fc.assert(
    fc.property(list, space, fc.boolean(), (values, between, isIndented) => {
      const json = isIndented
        ? JSON.stringify(values, null, 2)
        : `[${values.map((value) => between + JSON.stringify(value) + between).join(",")}]`;
      const items = readJsonItems(Buffer.from(between + json + between));
      assert.ok(items.kind === "items", json);
      assert.deepEqual(items.values(0, items.count), JSON.parse(json));
      assert.deepEqual(items.values(1, 3), JSON.parse(json).slice(1, 3));
    }),
    { seed: 56, numRuns: 500 },
  );
});

test("O56: what is no list as a whole is none item by item either", () => {
  for (const [text, reason] of [
    ["", "EMPTY_ANSWER"],
    ["<html>", "HTML_ANSWER"],
    ["{}", "WRONG_SHAPE"],
    ["[1,2", "CUT_OFF"],
    ['["a]', "NOT_JSON"],
    ["[1,,2]", "NOT_JSON"],
    ["[1,]", "NOT_JSON"],
    ["[1 2]", "NOT_JSON"],
    ["[{]", "NOT_JSON"],
    ["[1] [2]", "NOT_JSON"],
    ["[1}]", "NOT_JSON"],
    ['[{"a":1}}]', "NOT_JSON"],
  ] as const)
    assert.deepEqual(readJsonItems(Buffer.from(text)), { kind: "unusable", reason }, text);
});

test("O56: a large page comes in blocks with the rows, the bad ones and the order of the whole", () => {
  const row = {
    productType: 0,
    productState: 0,
    priceExclVat: 1,
    priceInclVat: 1.21,
    description: "x".repeat(3_000),
  };
  const rows = Array.from({ length: 2_000 }, (_, index) =>
    index % 700 === 3
      ? { ...row, productId: `bad ${index}`, productState: "?" }
      : { ...row, productId: `A${index}` },
  );
  const body = Buffer.from(JSON.stringify(rows));
  assert.ok(body.length > LARGE_PAGE_BYTES);
  const whole = parseArticles(body);
  const parsed = parseArticleBlocks(body);
  assert.ok(whole.kind === "rows" && parsed.kind === "blocks");
  const blocks = [...parsed.blocks];
  assert.ok(blocks.length > 1);
  assert.deepEqual(
    blocks.flatMap((block) => block.rows),
    whole.rows,
  );
  assert.deepEqual(
    blocks.flatMap((block) => block.malformed),
    whole.malformed,
  );
  assert.ok(whole.malformed.length > 0);
});
