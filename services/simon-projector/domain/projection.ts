import type {
  Article,
  ArticleChanged,
  Customer,
  CustomerChanged,
  InvoiceAddress,
} from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import type { ChangeRecord } from "./change-record.ts";
import { type Change, type NewestRows, newestRows, type Row } from "./newest-rows.ts";
import { cleanedTexts } from "./text-cleaning.ts";

export type CustomerRow = Row<CustomerChanged>;
export type ArticleRow = Row<ArticleChanged>;

/** What a batch of changes does to Simon: `wipes` first, then `rows`. */
export type Projection<T extends Change> = NewestRows<T> & {
  /** By the key of its row, to be said only if the row is written: a replay says nothing. */
  readonly warnings: ReadonlyMap<string, readonly NewMessage[]>;
};

/** Changes of one kind, in the order of their offsets. */
export type Batch<T> = {
  readonly records: readonly ChangeRecord<T>[];
  /** Present epoch of each tenant in the batch. */
  readonly epochs: ReadonlyMap<string, number>;
};

/**
 * Rows of customers from a batch of changes in the order of their offsets. A customer that is gone keeps its fields, an
 * invoice address that was not looked up stays as it was (M7), texts are fit for Postgres (O06).
 */
export function projectCustomers(batch: Batch<CustomerChanged>): Projection<CustomerChanged> {
  const newest = newestRows({ ...batch, withOlder: customerWithOlder });
  const warnings = new Map<string, readonly NewMessage[]>();
  const rows = newest.rows.map((row) => {
    const { change, cleaned } = cleanedCustomer(row.change);
    const isClean = cleaned.length === 0 && row.state !== "unknown";
    if (isClean) return row;
    const name = change.customer?.name ?? "";
    warnings.set(row.key, warningsOf(row, { name, cleaned, ...CUSTOMER_CODES }));
    return { ...row, change };
  });
  return { ...newest, rows, warnings };
}

/** Rows of articles from a batch of changes in the order of their offsets; see `projectCustomers`. */
export function projectArticles(batch: Batch<ArticleChanged>): Projection<ArticleChanged> {
  const newest = newestRows({ ...batch, withOlder: articleWithOlder });
  const warnings = new Map<string, readonly NewMessage[]>();
  const rows = newest.rows.map((row) => {
    const { change, cleaned } = cleanedArticle(row.change);
    const isClean = cleaned.length === 0 && row.state !== "unknown";
    if (isClean) return row;
    const name = change.article?.description ?? "";
    warnings.set(row.key, warningsOf(row, { name, cleaned, ...ARTICLE_CODES }));
    return { ...row, change };
  });
  return { ...newest, rows, warnings };
}

const CUSTOMER_CODES = {
  stateUnknown: "CUSTOMER_STATE_UNKNOWN",
  textCleaned: "CUSTOMER_TEXT_CLEANED",
} as const;
const ARTICLE_CODES = {
  stateUnknown: "ARTICLE_STATE_UNKNOWN",
  textCleaned: "ARTICLE_TEXT_CLEANED",
} as const;

const NOTHING_CLEANED = { fields: null, cleaned: [] } as const;

const CUSTOMER_TEXTS: readonly (keyof Customer)[] = [
  "name",
  "shortName",
  "contactPerson",
  "street1",
  "street2",
  "zipCode",
  "city",
  "countryId",
  "telephone",
  "mobilePhone",
  "email",
  "paymentConditionId",
];
const INVOICE_TEXTS: readonly (keyof InvoiceAddress)[] = [
  "name",
  "street1",
  "street2",
  "zipCode",
  "city",
  "countryId",
];
const ARTICLE_TEXTS: readonly (keyof Article)[] = ["description", "shortName", "groupId", "unit", "eanCode"];

function customerWithOlder(newer: CustomerChanged, older: CustomerChanged): CustomerChanged {
  const lacksAddress = !newer.invoiceAddressKnown && older.invoiceAddressKnown;
  if (newer.customer !== null && !lacksAddress) return newer;
  const address = lacksAddress ? { invoiceAddressKnown: true, invoiceAddress: older.invoiceAddress } : {};
  return { ...newer, ...address, customer: newer.customer ?? older.customer };
}

const articleWithOlder = (newer: ArticleChanged, older: ArticleChanged): ArticleChanged =>
  newer.article === null ? { ...newer, article: older.article } : newer;

type Cleaned<T> = { readonly change: T; readonly cleaned: readonly string[] };

function cleanedCustomer(change: CustomerChanged): Cleaned<CustomerChanged> {
  const { customer, invoiceAddress } = change;
  const own = customer === null ? NOTHING_CLEANED : cleanedTexts(customer, CUSTOMER_TEXTS);
  const address = invoiceAddress === null ? NOTHING_CLEANED : cleanedTexts(invoiceAddress, INVOICE_TEXTS);
  if (own.cleaned.length + address.cleaned.length === 0) return { change, cleaned: [] };
  return {
    change: { ...change, customer: own.fields, invoiceAddress: address.fields },
    cleaned: [...own.cleaned, ...address.cleaned.map((name) => `invoiceAddress.${name}`)],
  };
}

function cleanedArticle(change: ArticleChanged): Cleaned<ArticleChanged> {
  if (change.article === null) return { change, cleaned: [] };
  const { fields, cleaned } = cleanedTexts(change.article, ARTICLE_TEXTS);
  return cleaned.length === 0 ? { change, cleaned } : { change: { ...change, article: fields }, cleaned };
}

type Finding = {
  readonly name: string;
  readonly cleaned: readonly string[];
  readonly stateUnknown: MessageCode;
  readonly textCleaned: MessageCode;
};

function warningsOf({ state, change, entityId }: Row<Change>, found: Finding): readonly NewMessage[] {
  const about = { id: entityId, name: found.name };
  const common = {
    tenantId: change.tenantId,
    recordId: entityId,
    recordName: found.name,
    at: change.observedAt,
    service: "simon-projector",
    occurrence: `${change.epoch}/${change.revision}`,
  };
  const messages: NewMessage[] = [];
  if (state === "unknown")
    messages.push({
      ...common,
      code: found.stateUnknown,
      params: { ...about, stateCode: change.stateCode ?? "" },
    });
  if (found.cleaned.length > 0)
    messages.push({
      ...common,
      code: found.textCleaned,
      params: { ...about, field: found.cleaned.join(", ") },
    });
  return messages;
}
