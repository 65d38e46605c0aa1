import { narrowed, nextTotalStep, type TotalRange } from "./domain/total-search.ts";
import type { MasterList } from "./master-list.ts";
import type { Turn } from "./turn.ts";

/**
 * How many rows a list has, at most a page too many; null where it cannot be found out. It is for people to look at
 * only, so no failure is worth ending a scan for.
 * @param rows.known rows that the list surely has
 * @param rows.exactTo rows that the result may be too high by
 */
export async function findTotal(
  turn: Turn,
  list: MasterList<unknown>,
  rows: { readonly known: number; readonly exactTo: number },
): Promise<number | null> {
  let range: TotalRange = { filled: rows.known, empty: null };
  for (;;) {
    const step = nextTotalStep(range, rows.exactTo);
    if (step.kind === "known") return step.total;
    if (step.kind === "hopeless" || turn.isEnding()) return null;
    const page = await turn.ask(() => list.fetchPage({ skip: step.skip, top: 1 }));
    const reading = page.kind === "ok" ? list.read(page.value) : page;
    if (reading.kind === "failed") return null;
    const [first] = reading.value;
    turn.answerDone();
    const isFilled = first !== undefined && first.observations.length + first.unreadable.length > 0;
    range = narrowed(range, step.skip, isFilled);
  }
}
