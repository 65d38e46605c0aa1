import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { searchWords } from "../../../services/shared/domain/search-words.ts";

test("L2: a search is blind to capitals, accents, quotes and repeats, and to nothing else", () => {
  for (const [text, words] of [
    ["Garage  BOS\n\tgarage", ["garage", "bos"]],
    ["Café Zoë", ["cafe", "zoe"]],
    ["het filterwoord “garantie”", ["het", "filterwoord", '"garantie"']],
    ["100% _of_ 5\\6", ["100%", "_of_", "5\\6"]],
    ["ＡＢＣ ﬁets ΟΔΟΣ", ["abc", "fiets", "οδοσ"]],
    ["on\u00adzicht\u200bbaar", ["onzichtbaar"]],
    ["a\0b", ["a", "b"]],
    [" \u00a0 ", []],
  ] as const)
    assert.deepEqual(searchWords(text), words, JSON.stringify(text));
});

test("L2: whatever piece of a text a person types, its words are found in that text", () => {
  const texts = fc.string({
    unit: fc.oneof(fc.constantFrom(" ", "Σ", "İ", "“", "\u0301", "ﬁ", "Z"), fc.string()),
  });
  fc.assert(
    fc.property(texts, fc.nat(60), fc.nat(60), (text, from, length) => {
      const characters = [...text];
      const piece = characters.slice(from % (characters.length + 1)).slice(0, length);
      const stored = searchWords(text).join(" ");
      for (const word of searchWords(piece.join("")))
        assert.ok(stored.includes(word), `${word} in ${stored}`);
    }),
    { numRuns: 2_000 },
  );
});
