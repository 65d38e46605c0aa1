import type { LettersProgress } from "../../../shared/operations/domain/letters-report.ts";

/** Progress after so many more letters. */
export function progressAfter(
  before: LettersProgress,
  letters: number,
  recordsPerSecond: number,
): LettersProgress {
  const done = before.done + letters;
  const left = Math.max(0, before.ofLetters - done);
  return { ...before, done, secondsLeft: Math.ceil(left / recordsPerSecond) };
}

/** Which part is done, 0 to 1; nothing to do is all done. */
export const partDone = ({ done, ofLetters }: LettersProgress): number =>
  ofLetters === 0 ? 1 : Math.min(1, done / ofLetters);
