import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type EndKnowledge,
  NOTHING_KNOWN,
  nextStep,
} from "../../../services/unit4-poller/domain/list-end.ts";

const NOW = Date.UTC(2026, 10, 25, 10);
const HOUR_MS = 3_600_000;
const proved = (rows: number, ageMs = 1_000): EndKnowledge => ({
  cap: null,
  provedRows: rows,
  provedAt: NOW - ageMs,
});

/** Reads a list from a server until the end is found. */
function read(
  server: (skip: number, top: number) => readonly number[],
  options: { readonly top?: number; readonly knowledge?: EndKnowledge } = {},
) {
  const { top = 10, knowledge = NOTHING_KNOWN } = options;
  const seen = new Set<number>();
  const pages: { rows: number; fresh: number }[] = [];
  for (let requests = 0; requests < 50; requests += 1) {
    const step = nextStep({ pages, top, knowledge, now: NOW });
    if (step.kind === "end") return { ...step, requests, seen: seen.size };
    const rows = server(step.skip, top);
    const fresh = rows.filter((row) => !seen.has(row)).length;
    for (const row of rows) seen.add(row);
    pages.push({ rows: rows.length, fresh });
  }
  throw new Error("the list has no end");
}

const rows = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const paging =
  (count: number, cap = Number.POSITIVE_INFINITY) =>
  (skip: number, top: number) =>
    rows(count).slice(skip, skip + Math.min(top, cap));

test("M1: a list of a proved length takes one request, and no more than its pages need", () => {
  assert.equal(read(paging(7), { knowledge: proved(7) }).requests, 1);
  assert.equal(read(paging(23), { knowledge: proved(23) }).requests, 3);
});

test("M12: the end of a short page is proved by an empty one on the first list, after a change of length and every hour", () => {
  for (const knowledge of [NOTHING_KNOWN, proved(6), proved(8), proved(7, HOUR_MS)]) {
    const end = read(paging(7), { knowledge });
    assert.equal(end.requests, 2);
    assert.equal(end.whole, true);
    assert.deepEqual(end.knowledge, { cap: null, provedRows: 7, provedAt: NOW });
  }
});

test("M12: a list that fills its last page is proved by the empty page after it", () => {
  assert.deepEqual(read(paging(20), { knowledge: proved(20) }).requests, 3);
});

test("M12: an empty list needs one request", () => {
  const end = read(paging(0), { knowledge: proved(7) });
  assert.equal(end.requests, 1);
  assert.equal(end.whole, true);
});

test("M1: a server with a smaller page is read to the end and its page size is learned", () => {
  const first = read(paging(23, 4));
  assert.equal(first.seen, 23);
  assert.equal(first.knowledge.cap, 4);
  const second = read(paging(23, 4), { knowledge: first.knowledge });
  assert.equal(second.seen, 23);
  assert.equal(second.requests, 6);
});

test("M1: a list that ends on the border of a smaller page is read to the end", () => {
  const first = read(paging(8, 4));
  assert.equal(first.seen, 8);
  assert.equal(read(paging(8, 4), { knowledge: first.knowledge }).seen, 8);
});

test("M12: a cap that appears later is noticed by the change of length", () => {
  const end = read(paging(9, 4), { knowledge: proved(9) });
  assert.equal(end.seen, 9);
  assert.equal(end.knowledge.cap, 4);
});

test("M1: a cap that shrinks or is lifted is learned anew", () => {
  const capped: EndKnowledge = { ...proved(23), cap: 4 };
  assert.equal(read(paging(23, 3), { knowledge: capped }).knowledge.cap, 3);
  assert.equal(read(paging(23), { knowledge: capped }).knowledge.cap, null);
  assert.equal(read(paging(7), { knowledge: { ...capped, provedRows: 7 } }).knowledge.cap, null);
});

for (const [count, top] of [
  [7, 10],
  [25, 10],
  [100, 1_000],
  [4_000, 100],
] as const)
  test(`O45: a server that ignores $skip and shows ${Math.min(count, top)} rows of a list, ${top} asked, proves no end`, () => {
    const ignoresSkip = (_skip: number, most: number) => rows(count).slice(0, most);
    const first = read(ignoresSkip, { top });
    assert.deepEqual(
      { requests: first.requests, pages: first.pages, whole: first.whole },
      { requests: 3, pages: 1, whole: false },
    );
    assert.equal(read(ignoresSkip, { top, knowledge: first.knowledge }).whole, false);
  });

test("O45: a server that repeats a short list teaches no page size: when it skips again one page is the whole list", () => {
  const { knowledge } = read((_skip, top) => rows(7).slice(0, top));
  const whole = read(paging(7), { knowledge });
  assert.deepEqual([whole.whole, whole.requests], [true, 2]);
  assert.equal(read(paging(7), { knowledge: whole.knowledge }).requests, 1);
});

test("O45: a server that caps pages is read to its end, in pages of its own size", () => {
  const first = read(paging(1_350, 100), { top: 1_000 });
  assert.deepEqual(
    { seen: first.seen, whole: first.whole, cap: first.knowledge.cap },
    { seen: 1_350, whole: true, cap: 100 },
  );
  // A list that grew beyond a cap that nobody had met: the length that was proved is the length of a full page.
  const grown = read(paging(150, 100), { top: 1_000, knowledge: proved(100) });
  assert.deepEqual({ seen: grown.seen, whole: grown.whole }, { seen: 150, whole: true });
});

test("O45, O13: a page that shows nothing new because the list shifted is no repeating list", () => {
  let shift = 0;
  const shifting = (skip: number, top: number) => {
    const page = Array.from({ length: 21 + shift }, (_, index) => index - shift).slice(skip, skip + top);
    shift = 1;
    return page;
  };
  const end = read(shifting);
  assert.deepEqual({ seen: end.seen, whole: end.whole }, { seen: 21, whole: true });
});

test("M1: a server that ignores $skip and $top gives its list in one answer", () => {
  const ignoresBoth = () => rows(25);
  const first = read(ignoresBoth);
  assert.deepEqual({ pages: first.pages, whole: first.whole }, { pages: 1, whole: true });
  assert.equal(read(ignoresBoth, { knowledge: first.knowledge }).requests, 1);
});
