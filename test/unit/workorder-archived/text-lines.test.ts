import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  beginningOf,
  cleanText,
  LINE_LENGTH,
  singleLine,
  textLines,
} from "../../../services/workorder-archived/domain/text-lines.ts";

test("O07: a cut never falls inside an emoji and the lines joined give the text", () => {
  const text = `${"x".repeat(253)}🔧 klaar`;
  assert.deepEqual(textLines(text), ["x".repeat(253), "🔧 klaar"]);
});

test("O07: 600 characters without a space become 254, 254 and 92", () => {
  const lines = textLines("y".repeat(600));
  assert.deepEqual(
    lines.map(({ length }) => length),
    [254, 254, 92],
  );
  assert.equal(lines.join(""), "y".repeat(600));
});

test("O07: a line break right after 254 characters adds no empty line", () => {
  const full = "z".repeat(254);
  assert.deepEqual(textLines(`${full}\r\nklaar`), [full, "klaar"]);
  assert.deepEqual(textLines(`${full.slice(1)}\r\nklaar`), [full.slice(1), "klaar"]);
});

test("W15: text is split on a word border and the space stays at the end of its line", () => {
  const text = `${"a".repeat(200)} ${"b".repeat(100)} klaar`;
  assert.deepEqual(textLines(text), [`${"a".repeat(200)} `, `${"b".repeat(100)} klaar`]);
});

test("W15: a word border exactly at 254 characters uses the whole line", () => {
  const text = `${"a".repeat(253)} klaar`;
  assert.deepEqual(textLines(text), [`${"a".repeat(253)} `, "klaar"]);
});

test("W15: line breaks of every kind are kept, blank lines only between paragraphs", () => {
  assert.deepEqual(textLines("\n  \neen\r\ntwee\rdrie\n\nvier\u2028vijf\n \n"), [
    "een",
    "twee",
    "drie",
    "",
    "vier",
    "vijf",
  ]);
  assert.deepEqual(textLines(" \r\n\t\n"), []);
  assert.deepEqual(textLines(""), []);
});

test("W15: control characters are dropped, a tab parts words and half a pair is made valid", () => {
  assert.equal(cleanText("a\u0000b\u0007c\td\u009fe\ud83df"), "abc de\ufffdf");
  assert.equal(singleLine("  ketel\r\n\r\nnagekeken\u0000 \t en  ontlucht "), "ketel nagekeken en ontlucht");
});

test("W15: the beginning of a text ends before a pair that does not fit", () => {
  assert.equal(beginningOf("ab🔧", 3), "ab");
  assert.equal(beginningOf("ab🔧", 4), "ab🔧");
});

const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(" ", "\n", "\r\n", "\t", "\u0000", "\ud83d", "🔧", "woord "),
      fc.nat({ max: 600 }).map((length) => "x".repeat(length)),
    ),
  )
  .map((parts) => parts.join(""));

test("W15: whatever the text, every line fits, is well-formed and no character is lost", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const lines = textLines(text);
      for (const line of lines) {
        assert.ok(line.length <= LINE_LENGTH);
        assert.ok(line.isWellFormed());
        assert.doesNotMatch(line, /\p{Cc}/u);
      }
      const written = (part: string): string => part.replaceAll(/\s/g, "");
      assert.equal(written(lines.join("")), written(cleanText(text)));
    }),
  );
});

test("W15: whatever the line, its pieces joined give it back", () => {
  fc.assert(
    fc.property(
      texts.map((text) => `a${cleanText(text).replaceAll("\n", " ")}`),
      (line) => {
        assert.equal(textLines(line).join(""), line);
      },
    ),
  );
});
