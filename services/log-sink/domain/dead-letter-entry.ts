import { messageLogged, type NewMessage } from "../../shared/domain/message-catalogue.ts";
import { LONGEST_PARAM, type PlainText, plainText, plainTexts } from "../../shared/domain/plain-text.ts";
import {
  headerTexts,
  OWN_HEADERS,
  packHeaders,
  type RecordHeader,
  unpackHeaders,
} from "../../shared/domain/record-headers.ts";
import { parseRecordKey } from "../../shared/domain/record-key.ts";
import { type LogEntry, logEntry } from "./log-entry.ts";
import { SERVICE } from "./service-name.ts";

/** A record of the dead-letter topic as the broker has it. */
export type DeadLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As `unpackHeaders` reads them. */
  readonly headerBytes: Buffer | null;
  readonly timestampMs: number;
};

/** A row of log.dead_letters. */
export type DeadLetterEntry = {
  readonly topic: PlainText;
  readonly partition: number;
  readonly recordOffset: number;
  readonly consumerGroup: PlainText;
  readonly tenantId: string | null;
  readonly reason: PlainText;
  readonly detail: PlainText;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The first value of each of the record's own headers, for people. */
  readonly headers: Readonly<Record<string, PlainText>>;
  /** All of them byte for byte; null where there is none. */
  readonly headerBytes: Buffer | null;
  /** ISO 8601 in UTC. */
  readonly recordedAt: string | null;
  readonly failedAt: string;
  /** How often it had been put back when it was set aside; 0 for the first time. */
  readonly attempt: number;
  /** Where it stood then, `topic/partition/offset`; null for the first time. */
  readonly foundAt: PlainText | null;
};

/** Longest topic name that Kafka takes; group names are cut there too, since both stand in one index. */
const LONGEST_NAME = 249;
const LONGEST_DETAIL = 2_000;
const LONGEST_RECORD_ID = 200;
const MOST_ATTEMPTS = 1_000_000_000;
const LARGEST_PARTITION = 2 ** 31 - 1;
const END_OF_TIME_MS = Date.UTC(10_000, 0);
/** As the tenant registry has them (services/console/migrations/001-tenants.sql). */
const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** In letters of earlier releases, headers that say where a record came from and why it is here; all others are the record's own. */
const OWN_HEADER =
  /^x-(orig-(topic|partition|offset|timestamp|key-base64)|error-(class|message)|failed-at|group)$/;

/**
 * The row of anything that stands on the dead-letter topic. A record without readable headers is its own origin: it is
 * kept under the place where it was found. Nothing in the row is refused by Postgres, so that no letter comes back.
 */
export function deadLetterEntry(letter: DeadLetter): DeadLetterEntry {
  const { own, original } = sortHeaders(unpackHeaders(letter.headerBytes));
  const said = headerTexts(own);
  const key = originalKey(letter, own);
  return {
    ...originOf(letter, said),
    consumerGroup: plainText(said["x-group"] ?? "", LONGEST_NAME),
    tenantId: keyOf(key)?.tenantId ?? null,
    reason: plainText(said["x-error-class"] ?? "UNKNOWN", LONGEST_NAME),
    detail: plainText(said["x-error-message"] ?? "", LONGEST_DETAIL),
    key,
    value: letter.value,
    headers: plainTexts(headerTexts(original), LONGEST_PARAM),
    headerBytes: original.length === 0 ? null : packHeaders(original),
    recordedAt: isoOf(said["x-orig-timestamp"]),
    failedAt: isoOf(said["x-failed-at"]) ?? isoOf(String(letter.timestampMs)) ?? new Date(0).toISOString(),
    attempt: wholeNumber(said["x-attempt"], MOST_ATTEMPTS) ?? 0,
    foundAt: said["x-found-at"] === undefined ? null : plainText(said["x-found-at"], LONGEST_NAME),
  };
}

type Headers = readonly RecordHeader[];

/** The letter's own headers, and those of the record: how many are its own says the first one. */
function sortHeaders(headers: Headers): { readonly own: Headers; readonly original: Headers } {
  const [first] = headers;
  const count =
    first?.name.toString() === OWN_HEADERS ? wholeNumber(first.value?.toString(), headers.length) : null;
  if (count !== null) return { own: headers.slice(0, count), original: headers.slice(count) };
  const isOwn = ({ name }: RecordHeader): boolean => OWN_HEADER.test(name.toString());
  return { own: headers.filter(isOwn), original: headers.filter((one) => !isOwn(one)) };
}

/** What the tenant that the key names is told; null where it names none. */
export function setAsideEntry(entry: DeadLetterEntry): LogEntry | null {
  const key = keyOf(entry.key);
  if (key === null) return null;
  const position = `${entry.topic}/${entry.partition}/${entry.recordOffset}`;
  const message: NewMessage = {
    tenantId: key.tenantId,
    code: "RECORD_SET_ASIDE",
    params: { reason: entry.reason, position },
    recordId: plainText(key.entityId, LONGEST_RECORD_ID),
    at: Date.parse(entry.failedAt),
    service: SERVICE,
    // The first time as earlier releases said it.
    occurrence: `${position}/${entry.consumerGroup}${entry.attempt === 0 ? "" : `/${entry.attempt}`}`,
  };
  return logEntry(messageLogged(message));
}

/**
 * What the tenant is told of a letter of which nothing becomes any more; null where its key names none.
 * @param said.closes whether it ends that the record was set aside
 */
export function discardedEntry(
  letter: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly group: string;
    readonly key: Buffer | null;
  },
  said: { readonly at: number; readonly operationId: number; readonly closes: boolean },
): LogEntry | null {
  const key = keyOf(letter.key);
  if (key === null) return null;
  const position = `${letter.topic}/${letter.partition}/${letter.offset}`;
  const message: NewMessage = {
    tenantId: key.tenantId,
    code: "RECORD_DISCARDED",
    params: { position },
    recordId: plainText(key.entityId, LONGEST_RECORD_ID),
    closes: said.closes ? ["RECORD_SET_ASIDE"] : [],
    at: said.at,
    service: SERVICE,
    occurrence: `${position}/${letter.group}/${said.operationId}`,
  };
  return logEntry(messageLogged(message));
}

type Origin = Pick<DeadLetterEntry, "topic" | "partition" | "recordOffset">;

function originOf({ topic, partition, offset }: DeadLetter, said: Readonly<Record<string, string>>): Origin {
  const original = {
    topic: plainText(said["x-orig-topic"] ?? "", LONGEST_NAME),
    partition: wholeNumber(said["x-orig-partition"], LARGEST_PARTITION),
    recordOffset: wholeNumber(said["x-orig-offset"], Number.MAX_SAFE_INTEGER),
  };
  if (original.topic === "" || original.partition === null || original.recordOffset === null)
    return { topic: plainText(topic, LONGEST_NAME), partition, recordOffset: offset };
  return { topic: original.topic, partition: original.partition, recordOffset: original.recordOffset };
}

/** The key as it was; where the record had none, the letter's own key only says where it stood. */
function originalKey({ key }: DeadLetter, own: Headers): Buffer | null {
  const kept = own.find(({ name }) => name.toString() === "x-orig-key-base64");
  if (kept === undefined) return key;
  const isOfBefore = own[0]?.name.toString() !== OWN_HEADERS;
  if (kept.value === null || (isOfBefore && kept.value.length === 0)) return null;
  return Buffer.from(kept.value.toString(), "base64");
}

function keyOf(key: Buffer | null) {
  const parsed = key === null ? null : parseRecordKey(key.toString());
  return parsed !== null && TENANT_ID.test(parsed.tenantId) ? parsed : null;
}

function wholeNumber(text: string | undefined, largest: number): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return number <= largest ? number : null;
}

function isoOf(ms: string | undefined): string | null {
  const number = wholeNumber(ms, END_OF_TIME_MS - 1);
  return number === null ? null : new Date(number).toISOString();
}
