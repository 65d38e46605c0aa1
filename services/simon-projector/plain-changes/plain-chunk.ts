import { read, readNumber } from "../../shared/domain/varint.ts";
import { isCalendarDate, isPlainDecimal, LATEST_MS } from "../domain/change-record.ts";
import type { LatestRecord } from "../domain/latest-records.ts";
import { CopyWriter } from "./copy-writer.ts";
import type { PlainColumn, PlainRules } from "./rules.ts";
import { ABSENT, areSameTexts, FieldPlaces, isSameText, readPlaces, textAt } from "./value-reader.ts";

/** A record of a change topic, as its bytes. */
export type PlainRecord = {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly place: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cut?: unknown;
};

/** A chunk of which every record is plain: a whole row of a known state, without anything to clean or to tell. */
export type PlainChunk = {
  readonly rules: PlainRules;
  readonly records: readonly PlainRecord[];
  readonly places: FieldPlaces;
  /** `tenantId/entityId`, tenant, epoch and revision of each record. */
  readonly keys: readonly string[];
  readonly tenants: readonly string[];
  readonly epochs: readonly number[];
  readonly revisions: readonly number[];
  /** The highest epoch that the chunk names for each of its tenants. */
  readonly highest: ReadonlyMap<string, number>;
};

/** Which records of a chunk become rows. */
export type Fold = {
  /** Index of the newest record of each key. */
  readonly newest: readonly number[];
  /** Whether the newest record of each key is its last one, and none was ignored: then nothing may need a successor. */
  readonly isInOrder: boolean;
};

/** Bytes of the wire format's header. */
const HEADER_BYTES = 5;
const SLASH = 0x2f;

/**
 * Reads a chunk as far as it has to be known before it is written. It decodes nothing: places of fields are enough.
 * @param isOwnSchema whether a value was written with exactly the schema that `rules` are made for
 * @returns null where any record is not plain: the chunk goes the usual way then
 */
export function readPlainChunk(
  rules: PlainRules,
  records: readonly PlainRecord[],
  isOwnSchema: (value: Buffer) => boolean,
): PlainChunk | null {
  const places = new FieldPlaces(rules.layout.fields.length, records.length);
  const keys: string[] = [];
  const tenants: string[] = [];
  const epochs: number[] = [];
  const revisions: number[] = [];
  const highest = new Map<string, number>();
  for (let row = 0; row < records.length; row += 1) {
    const { key, value, headers, cut } = records[row] as PlainRecord;
    if (key === null || value === null || cut !== undefined || "repair" in headers) return null;
    if (!isOwnSchema(value) || !readPlaces(value, HEADER_BYTES, rules.layout, places, row)) return null;
    const slash = key.indexOf(SLASH);
    if (slash <= 0 || slash === key.length - 1) return null;
    if (!isSensible(rules, value, places, row, key, slash)) return null;
    const text = key.toString();
    const tenant = key.toString("utf8", 0, slash);
    const epoch = numberAt(value, places.of(row, rules.epoch));
    keys.push(text);
    tenants.push(tenant);
    epochs.push(epoch);
    revisions.push(numberAt(value, places.of(row, rules.revision)));
    if (epoch > (highest.get(tenant) ?? 0)) highest.set(tenant, epoch);
  }
  return { rules, records, places, keys, tenants, epochs, revisions, highest };
}

/** What `checkCustomerChange` and `checkArticleChange` ask of a whole row, and that its state is known. */
function isSensible(
  rules: PlainRules,
  value: Buffer,
  places: FieldPlaces,
  row: number,
  key: Buffer,
  slash: number,
): boolean {
  if (!isSameText(value, places.of(row, rules.tenantId), key, 0, slash)) return false;
  if (!isSameText(value, places.of(row, rules.entityId), key, slash + 1, key.length)) return false;
  if (!areSameTexts(value, places.of(row, rules.entityId), places.of(row, rules.ownId))) return false;
  if (numberAt(value, places.of(row, rules.epoch)) <= 0) return false;
  if (numberAt(value, places.of(row, rules.revision)) <= 0) return false;
  const observedAt = numberAt(value, places.of(row, rules.observedAt));
  if (observedAt <= 0 || observedAt > LATEST_MS) return false;
  const changedOn = places.of(row, rules.changedOn);
  if (changedOn !== ABSENT && !isCalendarDate(textAt(value, changedOn) ?? "")) return false;
  if (rules.states[numberAt(value, places.of(row, rules.change))] === undefined) return false;
  return rules.decimals.every((field) => isPlainDecimal(textAt(value, places.of(row, field)) ?? ""));
}

function numberAt(value: Buffer, at: number): number {
  readNumber(value, at);
  return read.value;
}

/**
 * The newest record of each key, as `newestRows` folds decoded ones.
 * @param epochs present epoch of each tenant; a record of a lower one is ignored for good (A12)
 * @returns null where a newer record keeps something that only an older one gives: the chunk goes the usual way
 */
export function foldPlain(chunk: PlainChunk, epochs: ReadonlyMap<string, number>): Fold | null {
  const newest = new Map<string, number>();
  let isInOrder = true;
  for (let row = 0; row < chunk.keys.length; row += 1) {
    const key = chunk.keys[row] as string;
    const epoch = chunk.epochs[row] as number;
    const known = newest.get(key);
    if (epoch < (epochs.get(chunk.tenants[row] as string) ?? 0)) isInOrder = false;
    else if (known === undefined) newest.set(key, row);
    else if (isOlder(chunk, row, known)) isInOrder = false;
    else if (leansOn(chunk, row, known)) return null;
    else newest.set(key, row);
  }
  return { newest: [...newest.values()], isInOrder };
}

/** An equal version is not older: the later record of one scan wins. */
function isOlder({ epochs, revisions }: PlainChunk, one: number, other: number): boolean {
  const [epoch, known] = [epochs[one] as number, epochs[other] as number];
  return epoch < known || (epoch === known && (revisions[one] as number) < (revisions[other] as number));
}

function leansOn({ rules, records, places }: PlainChunk, newer: number, older: number): boolean {
  const { keptUnlessKnown } = rules;
  if (keptUnlessKnown === null) return false;
  const isKnown = (row: number): boolean => records[row]?.value?.[places.of(row, keptUnlessKnown)] === 1;
  return !isKnown(newer) && isKnown(older);
}

/** What a row takes beside its texts, roughly. */
const ROW_BYTES = 64;

/**
 * Rows of these records as COPY takes them, in the order of `rules.columns`.
 * @returns null where a text has to be cleaned first
 */
export function copyPlain(chunk: PlainChunk, { newest }: Fold): Buffer | null {
  const { rules, records } = chunk;
  const bytes = newest.reduce((sum, row) => sum + (records[row]?.value?.length ?? 0) + ROW_BYTES, 0);
  const writer = new CopyWriter(bytes);
  for (const row of newest) {
    for (const column of rules.columns) {
      if (!writeColumn(writer, column, chunk, row)) return null;
      writer.tab();
    }
    writer.endRow();
  }
  return writer.data();
}

/** @returns false where a text has to be cleaned first */
function writeColumn(writer: CopyWriter, column: PlainColumn, chunk: PlainChunk, row: number): boolean {
  const { value, place } = chunk.records[row] as PlainRecord & { readonly value: Buffer };
  if (column.field === null) return column.kind === "place" ? writer.number(place) : writer.ascii("false");
  const at = chunk.places.of(row, column.field);
  if (column.kind === "json")
    return value[chunk.places.of(row, column.knownField)] === 1
      ? writeJson(writer, jsonOf(value, at, column.names))
      : writer.none();
  if (at === ABSENT) return writer.none();
  if (column.kind === "text") return writer.textAt(value, at);
  if (column.kind === "number") return writer.numberAt(value, at);
  return writer.ascii(chunk.rules.states[numberAt(value, at)] ?? "");
}

const writeJson = (writer: CopyWriter, json: string | null): boolean => json !== null && writer.text(json);

/** A record of texts as JSON; null where a text has to be cleaned first. */
function jsonOf(value: Buffer, at: number, names: readonly string[]): string | null {
  if (at === ABSENT) return "null";
  const record: Record<string, string> = {};
  let next = at;
  for (const name of names) {
    const text = textAt(value, next);
    if (text === null) return null;
    record[name] = text;
    next = read.next + read.value;
  }
  return JSON.stringify(record);
}

/** The last record of each key, as `latestRecords` gives those of decoded ones. @param fold leaves out what it has chosen, if it is given */
export function latestPlain(
  chunk: PlainChunk,
  epochs: ReadonlyMap<string, number>,
  fold: Fold | null,
): readonly LatestRecord[] {
  const chosen = new Set(fold?.newest);
  const last = new Map<string, number>();
  chunk.keys.forEach((key, row) => void last.set(key, row));
  return [...last].flatMap(([key, row]) => {
    if (chosen.has(row)) return [];
    const tenantId = chunk.tenants[row] as string;
    const epoch = chunk.epochs[row] as number;
    const present = epochs.get(tenantId) ?? 0;
    return [
      {
        tenantId,
        entityId: key.slice(tenantId.length + 1),
        place: chunk.records[row]?.place ?? 0,
        epoch,
        revision: chunk.revisions[row] as number,
        tombstoneEpoch: epoch < present ? present : null,
      },
    ];
  });
}
