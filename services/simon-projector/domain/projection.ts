import type { Article, ArticleChanged, Customer, CustomerChanged, InvoiceAddress } from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import type { ChangeRecord } from "./change-record.ts";
import { type Change, type NewestRows, newestRows, type Row } from "./newest-rows.ts";
import { cleanedTexts } from "./text-cleaning.ts";

export type CustomerRow = Row<CustomerChanged>;
export type ArticleRow = Row<ArticleChanged>;

/** A message to be said if its row is written: a replay writes no row and says nothing. */
export type RowMessage = { readonly tenantId: string; readonly entityId: string; readonly message: NewMessage };

/** What a batch of changes does to Simon: `wipes` first, then `rows`. */
export type Projection<T extends Change> = NewestRows<T> & { readonly messages: readonly RowMessage[] };

type Batch<T> = {
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
  const messages: RowMessage[] = [];
  const rows = newest.rows.map((row) => {
    if (row.state === "unknown") messages.push(stateMessage(row, "CUSTOMER_STATE_UNKNOWN", nameOf(row)));
    const { change, cleaned } = cleanedCustomer(row.change);
    if (cleaned.length === 0) return row;
    const cleanRow = { ...row, change };
    messages.push(cleanedMessage(cleanRow, "CUSTOMER_TEXT_CLEANED", { name: nameOf(cleanRow), cleaned }));
    return cleanRow;
  });
  return { ...newest, rows, messages };
}

/** Rows of articles from a batch of changes in the order of their offsets; see `projectCustomers`. */
export function projectArticles(batch: Batch<ArticleChanged>): Projection<ArticleChanged> {
  const newest = newestRows({ ...batch, withOlder: articleWithOlder });
  const messages: RowMessage[] = [];
  const rows = newest.rows.map((row) => {
    const name = row.change.article?.description ?? "";
    if (row.state === "unknown") messages.push(stateMessage(row, "ARTICLE_STATE_UNKNOWN", name));
    const { article } = row.change;
    const { fields, cleaned } =
      article === null ? NOTHING_CLEANED : cleanedTexts<Article>(article, ARTICLE_TEXTS);
    if (cleaned.length === 0) return row;
    messages.push(cleanedMessage(row, "ARTICLE_TEXT_CLEANED", { name: fields?.description ?? "", cleaned }));
    return { ...row, change: { ...row.change, article: fields } };
  });
  return { ...newest, rows, messages };
}

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
  const address = lacksAddress
    ? { invoiceAddressKnown: true, invoiceAddress: older.invoiceAddress }
    : {};
  return { ...newer, ...address, customer: newer.customer ?? older.customer };
}

const articleWithOlder = (newer: ArticleChanged, older: ArticleChanged): ArticleChanged =>
  newer.article === null ? { ...newer, article: older.article } : newer;

function cleanedCustomer(change: CustomerChanged): {
  readonly change: CustomerChanged;
  readonly cleaned: readonly string[];
} {
  const { customer, invoiceAddress } = change;
  const own = customer === null ? NOTHING_CLEANED : cleanedTexts(customer, CUSTOMER_TEXTS);
  const address = invoiceAddress === null ? NOTHING_CLEANED : cleanedTexts(invoiceAddress, INVOICE_TEXTS);
  if (own.cleaned.length + address.cleaned.length === 0) return { change, cleaned: [] };
  return {
    change: { ...change, customer: own.fields, invoiceAddress: address.fields },
    cleaned: [...own.cleaned, ...address.cleaned.map((name) => `invoiceAddress.${name}`)],
  };
}

const nameOf = (row: CustomerRow): string => row.change.customer?.name ?? "";

const stateMessage = (row: Row<Change>, code: MessageCode, name: string): RowMessage =>
  rowMessage(row, { code, name, params: { stateCode: row.change.stateCode ?? "" } });

const cleanedMessage = (
  row: Row<Change>,
  code: MessageCode,
  { name, cleaned }: { readonly name: string; readonly cleaned: readonly string[] },
): RowMessage => rowMessage(row, { code, name, params: { field: cleaned.join(", ") } });

function rowMessage(
  { tenantId, entityId, change }: Row<Change>,
  said: {
    readonly code: MessageCode;
    readonly name: string;
    readonly params: Readonly<Record<string, string>>;
  },
): RowMessage {
  const message: NewMessage = {
    tenantId,
    code: said.code,
    params: { id: entityId, name: said.name, ...said.params },
    recordId: entityId,
    recordName: said.name,
    at: change.observedAt,
    service: "simon-projector",
    occurrence: `${change.epoch}/${change.revision}`,
  };
  return { tenantId, entityId, message };
}
