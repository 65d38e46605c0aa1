import type { InvoiceAddress } from "../../schemas/records.ts";
import type { ArticleFilter } from "../shared/domain/article-filter.ts";
import type { MessageCode } from "../shared/domain/message-catalogue.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { KnownAddress, Sighting } from "./domain/change-event.ts";
import type { Entity } from "./domain/entity.ts";
import type { TurnEnd } from "./domain/failure-streak.ts";
import type { Observation } from "./domain/observation.ts";

/** Why the ERP gave no answer that can be used. */
export type FailedEnd = Exclude<TurnEnd, { readonly kind: "fine" }>;

export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "failed"; readonly end: FailedEnd };

/** A row that could not be read; its id is empty where that could not be read either. */
export type UnreadableRow = { readonly id: string; readonly reason: string };

export type ParsedList<Value> = {
  readonly observations: readonly Observation<Value>[];
  readonly unreadable: readonly UnreadableRow[];
};

/** One list of one tenant's administration: how to read it and what becomes of its rows. */
export type MasterList<Value> = {
  readonly entity: Entity;
  /** What lets rows come over; null where there is no such choice. */
  readonly filter: ArticleFilter | null;
  /** Under the same hash of the tenant's choices the same bytes mean the same events. */
  readonly choicesHash: string;
  /** The bytes of a page, in the order of the ids. */
  fetchPage(page: { readonly skip: number; readonly top: number }): Promise<Answer<Buffer>>;
  /** The rows of a page's bytes, in blocks where they are many. */
  read(body: Buffer): Answer<Iterable<ParsedList<Value>>>;
  /** One row by its id; null where Unit4 says that there is none. */
  find(id: string): Promise<Answer<Observation<Value> | null>>;
  /** The invoice address of an organisation; null where it has none. Absent where the list has no addresses. */
  readonly findAddress: ((organizationId: number) => Promise<Answer<InvoiceAddress | null>>) | null;
  seenRecord(sighting: Sighting, seen: Observation<Value>, known: KnownAddress): OutgoingRecord;
  goneRecord(sighting: Sighting, id: string): OutgoingRecord;
  readonly codes: ListCodes;
};

/** Codes of the messages about one kind of list. */
export type ListCodes = {
  readonly dateUnreadable: MessageCode;
  readonly rowUnreadable: MessageCode;
  readonly deletionsHalted: MessageCode;
  readonly deletionsResumed: MessageCode;
  readonly loaded: MessageCode;
  readonly incomplete: MessageCode;
  readonly wholeAgain: MessageCode;
};

export const CUSTOMER_CODES: ListCodes = {
  dateUnreadable: "CUSTOMER_DATE_UNREADABLE",
  rowUnreadable: "CUSTOMER_ROW_UNREADABLE",
  deletionsHalted: "CUSTOMER_DELETIONS_HALTED",
  deletionsResumed: "CUSTOMER_DELETIONS_RESUMED",
  loaded: "CUSTOMERS_LOADED",
  incomplete: "CUSTOMERS_INCOMPLETE",
  wholeAgain: "CUSTOMERS_WHOLE_AGAIN",
};

export const ARTICLE_CODES: ListCodes = {
  dateUnreadable: "ARTICLE_DATE_UNREADABLE",
  rowUnreadable: "ARTICLE_ROW_UNREADABLE",
  deletionsHalted: "ARTICLE_DELETIONS_HALTED",
  deletionsResumed: "ARTICLE_DELETIONS_RESUMED",
  loaded: "ARTICLES_LOADED",
  incomplete: "ARTICLES_INCOMPLETE",
  wholeAgain: "ARTICLES_WHOLE_AGAIN",
};
