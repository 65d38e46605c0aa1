/** Parts of Simon's data that can be emptied (rule A2), as simon.begin_emptying names them. */
export const SIMON_PARTS = ["customers", "workAddresses", "articles", "workorders"] as const;
export type SimonPart = (typeof SIMON_PARTS)[number];

export type PartCounts = { readonly [P in SimonPart]: number };

/** What a person may choose: everything the first time, any parts later. */
export function chosenParts(wanted: readonly string[], isFirstTime: boolean): readonly SimonPart[] {
  return isFirstTime ? SIMON_PARTS : SIMON_PARTS.filter((part) => wanted.includes(part));
}
