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
import { SERVICE } from "./service-name.ts";
import { cleanedTexts } from "./text-cleaning.ts";

/** What a batch of changes does to Simon: `wipes` first, then the rounds. */
export type Projection<T extends Change> = NewestRows<T> & {
  /** To be said only if the row is written: a replay says nothing. */
  readonly warnings: ReadonlyMap<Row<T>, readonly NewMessage[]>;
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
export const projectCustomers = (batch: Batch<CustomerChanged>): Projection<CustomerChanged> =>
  examined(newestRows({ ...batch, leansOn: customerLeansOn }), examineCustomer);

/** Rows of articles from a batch of changes in the order of their offsets; see `projectCustomers`. */
export const projectArticles = (batch: Batch<ArticleChanged>): Projection<ArticleChanged> =>
  examined(newestRows({ ...batch, leansOn: articleLeansOn }), examineArticle);

/** What is worth a warning about a change, and the change fit to be stored. */
type Examined<T> = {
  readonly change: T;
  readonly name: string;
  readonly cleaned: readonly string[];
  readonly codes: { readonly stateUnknown: MessageCode; readonly textCleaned: MessageCode };
};

function examined<T extends Change>(
  newest: NewestRows<T>,
  examine: (change: T) => Examined<T>,
): Projection<T> {
  const warnings = new Map<Row<T>, readonly NewMessage[]>();
  const examineRow = (row: Row<T>): Row<T> => {
    const found = examine(row.change);
    if (found.cleaned.length === 0 && row.state !== "unknown") return row;
    const cleanRow = { ...row, change: found.change };
    if (row.repaired !== null) return cleanRow;
    warnings.set(cleanRow, warningsOf(cleanRow, found));
    return cleanRow;
  };
  return { wipes: newest.wipes, rounds: newest.rounds.map((rows) => rows.map(examineRow)), warnings };
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

const customerLeansOn = (newer: CustomerChanged, older: CustomerChanged): boolean =>
  (newer.customer === null && older.customer !== null) ||
  (!newer.invoiceAddressKnown && older.invoiceAddressKnown);

const articleLeansOn = (newer: ArticleChanged, older: ArticleChanged): boolean =>
  newer.article === null && older.article !== null;

function examineCustomer(change: CustomerChanged): Examined<CustomerChanged> {
  const { customer, invoiceAddress } = change;
  const own = customer === null ? NOTHING_CLEANED : cleanedTexts(customer, CUSTOMER_TEXTS);
  const address = invoiceAddress === null ? NOTHING_CLEANED : cleanedTexts(invoiceAddress, INVOICE_TEXTS);
  const name = own.fields?.name ?? "";
  if (own.cleaned.length + address.cleaned.length === 0)
    return { change, name, cleaned: [], codes: CUSTOMER_CODES };
  return {
    change: { ...change, customer: own.fields, invoiceAddress: address.fields },
    name,
    cleaned: [...own.cleaned, ...address.cleaned.map((field) => `invoiceAddress.${field}`)],
    codes: CUSTOMER_CODES,
  };
}

function examineArticle(change: ArticleChanged): Examined<ArticleChanged> {
  const { fields, cleaned } =
    change.article === null ? NOTHING_CLEANED : cleanedTexts(change.article, ARTICLE_TEXTS);
  const clean = cleaned.length === 0 ? change : { ...change, article: fields };
  return { change: clean, name: fields?.description ?? "", cleaned, codes: ARTICLE_CODES };
}

function warningsOf<T extends Change>(
  { state, change, entityId }: Row<T>,
  found: Examined<T>,
): readonly NewMessage[] {
  const about = { id: entityId, name: found.name };
  const common = {
    tenantId: change.tenantId,
    recordId: entityId,
    recordName: found.name,
    at: change.observedAt,
    service: SERVICE,
    occurrence: `${change.epoch}/${change.revision}`,
  };
  const messages: NewMessage[] = [];
  if (state === "unknown")
    messages.push({
      ...common,
      code: found.codes.stateUnknown,
      params: { ...about, stateCode: change.stateCode ?? "" },
    });
  if (found.cleaned.length > 0)
    messages.push({
      ...common,
      code: found.codes.textCleaned,
      params: { ...about, field: found.cleaned.join(", ") },
    });
  return messages;
}
