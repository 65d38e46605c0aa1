import type { Letter, LetterCause, WholeLetter } from "./dead-letter-queries.ts";

/** One line of the histogram. */
export const causeLine = ({
  letters,
  cause,
  topic,
  consumerGroup,
  tenants,
  firstAt,
  lastAt,
}: LetterCause): string =>
  `${letters.toLocaleString("en").padStart(9)}  ${cause.padEnd(20)}  ${topic} by ${consumerGroup}, ${tenants.toLocaleString("en")} tenants, ${firstAt} to ${lastAt}`;

/** One line of the list. */
export const letterLine = ({ failedAt, topic, partition, offset, cause, tenantId, detail }: Letter): string =>
  `${failedAt}  ${topic} ${partition} ${offset}  ${tenantId ?? "-"}  ${cause}: ${detail}`;

/** A letter as people read it. @param decoded null where its value cannot be read */
export function letterText(letter: WholeLetter, decoded: object | null): string {
  const { topic, partition, offset, consumerGroup, cause, detail, failedAt, recordedAt, key, value } = letter;
  return [
    `${topic}, partition ${partition}, offset ${offset}, set aside by ${consumerGroup}`,
    `cause    ${cause}: ${detail}`,
    `written  ${recordedAt ?? "not known"}; set aside ${failedAt}`,
    `key      ${key === null ? "none" : key.toString()}`,
    ...Object.entries(letter.headers).map(([name, text]) => `header   ${name}: ${text}`),
    ...(decoded === null ? valueLines(value) : [`value    ${JSON.stringify(decoded, null, 2)}`]),
  ].join("\n");
}

const LINE_BYTES = 16;
const SHOWN_BYTES = 512;

function valueLines(value: Buffer | null): readonly string[] {
  if (value === null) return ["value    none: a tombstone"];
  const lines = [`value    ${value.length.toLocaleString("en")} bytes that cannot be read as a record`];
  for (let at = 0; at < Math.min(value.length, SHOWN_BYTES); at += LINE_BYTES) {
    const bytes = value.subarray(at, at + LINE_BYTES);
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = bytes.toString("latin1").replaceAll(/[^\x20-\x7e]/g, ".");
    lines.push(`  ${at.toString(16).padStart(6, "0")}  ${hex.padEnd(LINE_BYTES * 3 - 1)}  ${text}`);
  }
  return lines;
}
