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
      /** Pages from the front that make up the list, without an empty one at its end. */
      readonly pages: number;
      /** Whether the list can be taken for complete, so that absence from it means something. */
      readonly whole: boolean;
      readonly knowledge: EndKnowledge;
    };

const PROOF_LASTS_MS = 60 * 60 * 1000;

/**
 * What to do after the pages read so far. Unit4 gives neither a count nor a next link, and nothing public says whether
 * it caps pages or honours `$skip`, so a short page is believed to be the last only as long as an empty page proved
 * the same number of rows within the hour.
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
  if (last.rows === 0)
    return {
      kind: "end",
      pages: pages.length,
      whole: true,
      knowledge: { cap, provedRows: skip, provedAt: now },
    };
  if (last.fresh === 0) return endOfRepeatingList(list, skip - last.rows);

  const isFull = last.rows >= (cap ?? top) && last.rows <= top;
  const isProved =
    knowledge.provedRows === skip && knowledge.provedAt !== null && now - knowledge.provedAt < PROOF_LASTS_MS;
  if (isFull || !isProved) return { kind: "fetch", skip };
  return { kind: "end", pages: pages.length, whole: true, knowledge: { ...knowledge, cap } };
}

/** The server ignores `$skip`. A full page that comes again may hide rows behind it: such a list proves no absence. */
function endOfRepeatingList(
  list: { readonly pages: readonly ListedPage[]; readonly top: number; readonly now: number },
  provedRows: number,
): NextStep {
  return {
    kind: "end",
    pages: list.pages.length - 1,
    whole: list.pages.at(-1)?.rows !== list.top,
    knowledge: { cap: null, provedRows, provedAt: list.now },
  };
}

/** A page that other rows follow was full, whatever its size; so the largest of those is what the server gives. */
function learnedCap(pages: readonly ListedPage[], top: number, known: number | null): number | null {
  const followed = pages.filter((page) => page.rows > 0).slice(0, -1);
  const first = pages[0]?.rows ?? 0;
  if (followed.length === 0) return known !== null && first > known ? null : known;
  const largest = Math.max(...followed.map((page) => page.rows));
  return largest >= top ? null : largest;
}
