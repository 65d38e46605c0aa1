/** A page of a list that was read. */
export type ListedPage = {
  /** Rows in the answer. */
  readonly rows: number;
  /** Rows of it that no earlier page of this list had. */
  readonly fresh: number;
};

/** What earlier lists taught about where this administration's list ends. */
export type EndKnowledge = {
  /** Most rows that the server gives at once where that is fewer than we ask for; null where it is not. */
  readonly cap: number | null;
  /** Number of rows after which the end was last proved by an empty page; null before the first time. */
  readonly provedRows: number | null;
  /** When that was, milliseconds since 1970 UTC. */
  readonly provedAt: number | null;
};

export const NOTHING_KNOWN: EndKnowledge = { cap: null, provedRows: null, provedAt: null };

export type NextStep =
  | { readonly kind: "fetch"; readonly skip: number }
  | {
      readonly kind: "end";
      /** Pages from the front that make up the list, without an empty or a repeated one at its end. */
      readonly pages: number;
      /** Whether the list was provably read to its end: only then absence from it means something, and a load is done. */
      readonly whole: boolean;
      readonly knowledge: EndKnowledge;
    };

const PROOF_LASTS_MS = 60 * 60 * 1000;
/** Servers cap pages at round numbers: a page of such a length may be a full one. */
const ROUND = 50;
/** One page may show nothing new because rows were inserted before it; the page after it then does, or is empty. */
const REPEATS_THAT_PROVE_NOTHING = 2;

/**
 * What to do after the pages read so far. Unit4 gives neither a count nor a next link, and nothing public says whether
 * it caps pages or honours `$skip`, so a short page is believed to be the last only as long as an empty page proved
 * the same number of rows within the hour. A server that ignores `$skip` shows its first rows for ever, and nothing says
 * whether more follow: such a list is not whole, however few they are (case O45).
 * @param list.top rows asked for per page
 * @param list.now milliseconds since 1970 UTC
 */
export function nextStep(list: {
  readonly pages: readonly ListedPage[];
  readonly top: number;
  readonly knowledge: EndKnowledge;
  readonly now: number;
}): NextStep {
  const { pages, top, knowledge, now } = list;
  const last = pages.at(-1);
  if (last === undefined) return { kind: "fetch", skip: 0 };

  const skip = pages.reduce((sum, page) => sum + page.rows, 0);
  const cap = learnedCap(pages, top, knowledge.cap);
  if (last.rows === 0) return endAfter(pages.length - 1, { cap, provedRows: skip, provedAt: now });
  // More rows than were asked for: the server gives its list in one answer, and gave it twice.
  if (last.fresh === 0 && last.rows > top)
    return endAfter(pages.length - 1, { cap: null, provedRows: skip - last.rows, provedAt: now });
  const repeats = repeatsAtEnd(pages);
  if (repeats >= REPEATS_THAT_PROVE_NOTHING)
    return { kind: "end", pages: pages.length - repeats, whole: false, knowledge: { ...NOTHING_KNOWN, cap } };

  const isFull = last.rows >= (cap ?? top) && last.rows <= top;
  const mayBeCapped = last.rows < top && last.rows % ROUND === 0;
  const isProved =
    knowledge.provedRows === skip && knowledge.provedAt !== null && now - knowledge.provedAt < PROOF_LASTS_MS;
  if (isFull || mayBeCapped || repeats > 0 || !isProved) return { kind: "fetch", skip };
  return endAfter(pages.length, { ...knowledge, cap });
}

const endAfter = (pages: number, knowledge: EndKnowledge): NextStep => ({
  kind: "end",
  pages,
  whole: true,
  knowledge,
});

/** Pages at the end that showed no row for the first time. */
const repeatsAtEnd = (pages: readonly ListedPage[]): number => pages.length - 1 - lastFresh(pages);

/** Place of the last page that showed a row for the first time; -1 where none did. */
const lastFresh = (pages: readonly ListedPage[]): number => pages.findLastIndex(({ fresh }) => fresh > 0);

/**
 * A page that other rows follow was full, whatever its size; so the largest of those is what the server gives. Rows that are only
 * shown again follow nothing (case O45).
 */
function learnedCap(pages: readonly ListedPage[], top: number, known: number | null): number | null {
  const followed = pages.slice(0, Math.max(0, lastFresh(pages))).filter((page) => page.rows > 0);
  const first = pages[0]?.rows ?? 0;
  if (followed.length === 0) return known !== null && first > known ? null : known;
  const largest = Math.max(...followed.map((page) => page.rows));
  return largest >= top ? null : largest;
}
