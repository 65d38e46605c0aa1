import type {
  LettersPlan,
  LettersProgress,
} from "../../../services/shared/operations/domain/letters-report.ts";

const count = (number: number): string => number.toLocaleString("en");

/** A plan in words, one thing a line. @param verb what is done with letters */
export function lettersPlanText(verb: string, plan: LettersPlan): string {
  const { letters, tenants, byCause, byTenant, left, seconds, recordsPerSecond } = plan;
  const leftOut = [
    [left.quarantined, "failed too often: name the place of one to put it back"],
    [left.byReference, "only first bytes are kept: their writer has to write them anew"],
    [left.erased, "their tenant was emptied"],
    [left.elsewhere, "they come from no topic that is consumed here"],
  ] as const;
  return [
    `${verb.padEnd(8)} ${count(letters)} letters of ${count(tenants)} tenants`,
    ...byCause.map(
      (one) =>
        `           ${count(one.letters)} ${one.cause} of ${one.topic} by ${one.consumerGroup}, ${count(one.tenants)} tenants`,
    ),
    ...byTenant.map(
      (one) => `           ${count(one.letters)} of ${one.tenantId ?? "no tenant that the key names"}`,
    ),
    ...(tenants > byTenant.length
      ? [`           the others of ${count(tenants - byTenant.length)} more tenants`]
      : []),
    ...leftOut.flatMap(([number, why]) => (number === 0 ? [] : [`leaves   ${count(number)}: ${why}`])),
    ...(seconds === 0 ? [] : [`takes    about ${count(seconds)} s at ${count(recordsPerSecond)} letters/s`]),
  ].join("\n");
}

/** Progress on one line. */
export const lettersProgressText = ({ done, ofLetters, secondsLeft }: LettersProgress): string =>
  `${count(done)} of ${count(ofLetters)} letters, ${count(secondsLeft)} s left`;

/** What an operation came to, and where its letters are looked at. */
export const lettersResultText = (done: string, { done: letters, found }: LettersProgress): string =>
  [
    `${done.padEnd(8)} ${count(letters)} letters`,
    ...(found === 0 ? [] : [`           ${count(found)} of them were sent already by a process that ended`]),
  ].join("\n");
