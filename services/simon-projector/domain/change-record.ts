import type { ArticleChanged, CustomerChanged } from "../../../schemas/records.ts";

/** A record of a change topic as the projection needs it; a null value wipes its key. */
export type ChangeRecord<T> = {
  /** `tenantId/entityId`. */
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  /** Where it stands among all records of its partition, also beyond a topic that was made anew. */
  readonly place: number;
  readonly value: T | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** A record, and where it stands. */
type Placed = Pick<ChangeRecord<unknown>, "key" | "value"> & {
  readonly topic: string;
  readonly partition: number;
  /** Whether its tenant moved to another partition since. */
  readonly isStray?: boolean;
};

type Change = Pick<CustomerChanged, "tenantId" | "epoch" | "revision" | "changedOn" | "observedAt">;

/** Why a customer change makes no sense; null when it does. */
export function checkCustomerChange(record: ChangeRecord<CustomerChanged>): string | null {
  const { value } = record;
  if (value === null) return checkWipe(record);
  const fault = checkHead(record, value, value.customerId);
  if (fault !== null) return fault;
  if (value.customer === null)
    return value.change === "gone" ? null : `the customer is ${value.change} but has no fields`;
  return value.customer.customerId === value.customerId ? null : "the customer's own id is another one";
}

/** Why an article change makes no sense; null when it does. */
export function checkArticleChange(record: ChangeRecord<ArticleChanged>): string | null {
  const { value } = record;
  if (value === null) return checkWipe(record);
  const fault = checkHead(record, value, value.articleId);
  if (fault !== null) return fault;
  const { article } = value;
  if (article === null)
    return value.change === "gone" ? null : `the article is ${value.change} but has no fields`;
  if (article.articleId !== value.articleId) return "the article's own id is another one";
  return isPlainDecimal(article.priceExclVat) && isPlainDecimal(article.priceInclVat)
    ? null
    : "a price is no plain decimal";
}

const PLAIN_DECIMAL = /^-?\d{1,20}(\.\d{1,20})?$/;
const CALENDAR_DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
/** Milliseconds that a JavaScript date, and Postgres with it, can show. */
export const LATEST_MS = 8.64e15;

export const isPlainDecimal = (text: string): boolean => PLAIN_DECIMAL.test(text);
/** yyyy-MM-dd, as far as digits can say. */
export const isCalendarDate = (text: string): boolean => CALENDAR_DATE.test(text);

function checkHead(record: ChangeRecord<unknown>, value: Change, entityId: string): string | null {
  if (value.tenantId !== record.tenantId) return "the tenant is not the key's";
  if (entityId !== record.entityId) return "the id is not the key's";
  if (value.epoch <= 0) return "the epoch is not positive";
  if (value.revision <= 0) return "the revision is not positive";
  if (value.observedAt <= 0 || value.observedAt > LATEST_MS) return "observedAt is no time";
  if (value.changedOn !== null && !isCalendarDate(value.changedOn)) return "changedOn is not a date";
  return null;
}

/** A tombstone may be limited to rows of an epoch below the one in its header `epoch`. */
function checkWipe({ headers }: ChangeRecord<unknown>): string | null {
  const epoch = headers["epoch"];
  return epoch === undefined || /^[1-9]\d{0,8}$/.test(epoch) ? null : "header epoch is no epoch";
}

export const tombstoneHeaders = (epoch: number): Readonly<Record<string, string>> => ({
  epoch: String(epoch),
});

/** Wipes no row: those from Unit4 have an epoch, and the first one is 1. */
const WIPES_NOTHING = tombstoneHeaders(1);

/**
 * Tombstones that let go of strays in their own partition, each key once: compaction would keep them for ever, since the next record
 * of their key stands elsewhere (decision 0050).
 */
export function strayTombstones(records: readonly Placed[]) {
  const strays = records.filter(({ isStray, value }) => isStray && value !== null);
  return [...new Map(strays.map((one) => [one.key, one])).values()].map(({ topic, partition, key }) => ({
    topic,
    partition,
    key,
    value: null,
    headers: WIPES_NOTHING,
  }));
}

/** Headers of a row that is told again as it stands in Simon: what was to be said about it has been said. */
export const repairHeaders = (isWarned: boolean): Readonly<Record<string, string>> => ({
  repair: isWarned ? "warned" : "clean",
});

/** Whether the row of a repair had given a warning that is still true; null for a record that is no repair. */
export function repairedWarning({ headers }: Pick<ChangeRecord<unknown>, "headers">): boolean | null {
  const repair = headers["repair"];
  return repair === undefined ? null : repair === "warned";
}

/** Rows of which epochs a tombstone wipes: those below it; null for all. */
export function wipeLimit({ headers }: ChangeRecord<unknown>): number | null {
  const epoch = headers["epoch"];
  return epoch === undefined ? null : Number(epoch);
}
