import {
  type RecordHeader,
  textHeader,
  unpackHeaders,
} from "../../../services/shared/domain/record-headers.ts";
import type { Letter, LetterAct, LetterCause, WholeLetter } from "./dead-letter-queries.ts";

const BAR = 20;

/** One line of the histogram. @param most letters of its longest bar */
export function causeLine(
  { letters, cause, state, topic, consumerGroup, tenants, firstAt, lastAt }: LetterCause,
  most: number,
): string {
  const bar = "#".repeat(Math.max(1, Math.round((letters / most) * BAR))).padEnd(BAR);
  return `${letters.toLocaleString("en").padStart(9)}  ${bar}  ${cause.padEnd(20)}  ${state.padEnd(11)}  ${topic} by ${consumerGroup}, ${tenants.toLocaleString("en")} tenants, ${firstAt} to ${lastAt}`;
}

/** One line of the list. */
export const letterLine = ({
  failedAt,
  topic,
  partition,
  offset,
  cause,
  state,
  tenantId,
  detail,
}: Letter): string =>
  `${failedAt}  ${topic} ${partition} ${offset}  ${tenantId ?? "-"}  ${state}  ${cause}: ${detail}`;

/**
 * A letter as people read it.
 * @param decoded null where its value cannot be read
 * @param reasons of the operations that its history names
 */
export function letterText(
  letter: WholeLetter,
  decoded: object | null,
  reasons: ReadonlyMap<number, string>,
): string {
  const { topic, partition, offset, consumerGroup, cause, detail, failedAt, recordedAt, key, value } = letter;
  return [
    `${topic}, partition ${partition}, offset ${offset}, set aside by ${consumerGroup}`,
    `state    ${letter.state}, put back ${letter.putBacks} times`,
    `cause    ${cause}: ${detail}`,
    `written  ${recordedAt ?? "not known"}; set aside ${failedAt}`,
    ...letter.history.map((act) => `           ${actText(act, reasons)}`),
    `key      ${shownText(key)}`,
    ...headersOf(letter).map(({ name, value: bytes }) => `header   ${shownText(name)}: ${shownText(bytes)}`),
    ...(decoded === null ? valueLines(value) : [`value    ${JSON.stringify(decoded, null, 2)}`]),
  ].join("\n");
}

function actText(
  { act, at, attempt = 0, cause, place, operation }: LetterAct,
  reasons: ReadonlyMap<number, string>,
) {
  return [
    `${at}  ${act}`,
    ...(attempt === 0 ? [] : [`time ${attempt}`]),
    ...(cause === undefined ? [] : [cause]),
    ...(place === undefined ? [] : [`at ${place}`]),
    ...(operation === undefined ? [] : [`by operation ${operation}: ${reasons.get(operation) ?? "?"}`]),
  ].join(", ");
}

/** Of a letter of an earlier release only the texts are kept. */
const headersOf = ({ headers, headerBytes }: WholeLetter): readonly RecordHeader[] =>
  headerBytes === null
    ? Object.entries(headers).map(([name, text]) => textHeader(name, text))
    : unpackHeaders(headerBytes);

/** Text where it is some that a terminal shows as it is, else hex. */
function shownText(bytes: Buffer | null): string {
  if (bytes === null) return "none";
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) && !/\p{Control}/u.test(text) ? text : `0x${bytes.toString("hex")}`;
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
