import { BLANK_CUSTOMER } from "../../../infra/sandbox/multivers/rows/customer-row.ts";
import { BLANK_PRODUCT } from "../../../infra/sandbox/multivers/rows/product-row.ts";

/** The lists of an administration. */
export type Lists = {
  readonly customers: number;
  readonly articles: number;
  /** Stands in every row: another one changes all of them. */
  readonly generation: number;
  /** Name of the first customer; null for one as the others have. */
  readonly mark: string | null;
};

/** Number and name are put between the pieces of a row. */
const [NUMBER, NAME] = ["@number@", "@name@"];

const piecesOf = (row: object): readonly string[] => JSON.stringify(row).split(/@number@|@name@/);
const CUSTOMER = piecesOf({
  ...BLANK_CUSTOMER,
  customerId: NUMBER,
  organizationId: 57,
  shortName: "LINDE",
  name: NAME,
  street1: "Hoofdstraat 12",
  zipCode: "5211 AB",
  city: "'s-Hertogenbosch",
  contactPerson: "Mevr. J. de Vries",
  telephone: "073-6100000",
  email: "administratie@example.nl",
  vatScenarioId: 6,
  dateCreated: "1-4-2019",
  dateChanged: "20-11-2026",
});
const ARTICLE = piecesOf({
  ...BLANK_PRODUCT,
  productId: NUMBER,
  shortName: "KETEL",
  description: NAME,
  productGroupId: "KET",
  priceExclVat: 12.5,
  priceInclVat: 15.13,
  dateCreated: "1-4-2019",
  lastUpdate: "20-11-2026",
});

/** Ids have as many digits each, so that their order is that of their numbers. */
const numberOf = (index: number): string => String(1_000_000 + index);

/** The JSON of so many rows of a list from one on. */
export function listBody(
  entity: "customers" | "articles",
  lists: Lists,
  { from, rows }: { readonly from: number; readonly rows: number },
): Buffer {
  const [start = "", middle = "", end = ""] = entity === "customers" ? CUSTOMER : ARTICLE;
  const parts: string[] = [];
  for (let index = from; index < Math.min(lists[entity], from + rows); index += 1) {
    const isMarked = index === 0 && entity === "customers" && lists.mark !== null;
    const name = isMarked ? lists.mark : `De Linde ${index} ${lists.generation}`;
    parts.push(`${start}${numberOf(index)}${middle}${name}${end}`);
  }
  return Buffer.from(`[${parts.join(",")}]`);
}

/** Id of the customer that is marked. */
export const FIRST_CUSTOMER = numberOf(0);
