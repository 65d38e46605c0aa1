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
