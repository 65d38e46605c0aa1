import {
  type LettersWish,
  lettersWishSchema,
} from "../../../services/shared/operations/domain/letters-wish.ts";
import { UsageError } from "../command.ts";
import { timeOf } from "../operations/typed-time.ts";
import { wishFrom } from "../operations/typed-wish.ts";

/** What says which letters are meant. */
export type LetterWords = {
  readonly topic?: string;
  readonly partition?: string;
  readonly fromOffset?: string;
  readonly toOffset?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cause?: string;
  readonly group?: string;
  readonly tenant?: readonly string[];
  readonly exceptTenant?: readonly string[];
  readonly all: boolean;
  readonly rate?: string;
};

/** A place as it is typed: all three, or none. */
export type TypedPlace = readonly [
  topic: string | undefined,
  partition: string | undefined,
  offset: string | undefined,
];

/** The letters that are meant. @param nowMs what "ago" counts from, milliseconds since 1970 UTC @throws UsageError */
export function lettersWishOf(place: TypedPlace, words: LetterWords, nowMs: number): LettersWish {
  const chosen = place[0] === undefined ? choiceOf(words, nowMs) : placeOf(place, words);
  return wishFrom(lettersWishSchema, { ...chosen, recordsPerSecond: numberOf(words.rate) });
}

const NOTHING_CHOSEN: Omit<LettersWish, "recordsPerSecond"> = {
  ...{ topic: null, partition: null, fromOffset: null, toOffset: null, fromMs: null, toMs: null },
  ...{ cause: null, consumerGroup: null, tenantIds: null, exceptTenantIds: null, isNamed: false },
};

function placeOf([topic, typedPartition, typedOffset]: TypedPlace, words: LetterWords) {
  if (isChoice(words) || words.all)
    throw new UsageError("Name one place, or say which letters by options; not both.");
  const [partition, offset] = [numberOf(typedPartition), numberOf(typedOffset)];
  if (topic === undefined || partition === null || offset === null)
    throw new UsageError("A place is a topic, a partition and an offset.");
  const range = { fromOffset: offset, toOffset: offset + 1 };
  return { ...NOTHING_CHOSEN, topic, partition, ...range, isNamed: true };
}

function choiceOf(words: LetterWords, nowMs: number) {
  if (isChoice(words) === words.all)
    throw new UsageError("Which letters? Name a place, say which by options, or say --all.");
  const at = (time: string | undefined): number | null => (time === undefined ? null : timeOf(time, nowMs));
  return {
    ...NOTHING_CHOSEN,
    topic: words.topic ?? null,
    partition: numberOf(words.partition),
    fromOffset: numberOf(words.fromOffset),
    toOffset: numberOf(words.toOffset),
    fromMs: at(words.from),
    toMs: at(words.to),
    cause: words.cause ?? null,
    consumerGroup: words.group ?? null,
    tenantIds: words.tenant ?? null,
    exceptTenantIds: words.exceptTenant ?? null,
  };
}

/** Whether something is said of which letters are meant; that some tenants are not may be said with all, too. */
const isChoice = (words: LetterWords): boolean =>
  [
    ...[words.topic, words.partition, words.fromOffset, words.toOffset, words.from, words.to],
    ...[words.cause, words.group, words.tenant, words.all ? undefined : words.exceptTenant],
  ].some((word) => word !== undefined);

function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${text} is no number.`);
  return Number(text);
}
