import type { AddressRow } from "../rows/address-row.ts";
import type { CustomerRow } from "../rows/customer-row.ts";
import { VAT_PERCENTAGES } from "../rows/lookups.ts";
import type { ProductRow } from "../rows/product-row.ts";

/** What a form of the site holds: the fields to change, or what is wrong with them in Dutch. */
export type Entered<Row> = Readonly<
  { kind: "fields"; fields: Partial<Row> } | { kind: "fault"; fault: string }
>;

const CUSTOMER_TEXTS = {
  name: 40,
  shortName: 8,
  contactPerson: 55,
  street1: 40,
  street2: 40,
  zipCode: 10,
  city: 30,
  telephone: 25,
  mobilePhone: 25,
  email: 60,
  paymentConditionId: 3,
} as const;

const ADDRESS_TEXTS = { name: 40, street1: 40, street2: 40, zipCode: 10, city: 30 } as const;
const PRODUCT_TEXTS = { description: 60, shortName: 8, productGroupId: 3, unit: 6, eanCode: 14 } as const;

/** The fields of a customer. Name and short name are required, as they are in Multivers. */
export function enteredCustomer(form: URLSearchParams): Entered<CustomerRow> {
  const fields: Partial<CustomerRow> = texts(form, CUSTOMER_TEXTS);
  if (fields.name === "") return { kind: "fault", fault: "Vul een naam in." };
  if (fields.shortName === "") return { kind: "fault", fault: "Vul een zoekcode in." };
  return { kind: "fields", fields };
}

/** The fields of an invoice address. */
export function enteredAddress(form: URLSearchParams): Partial<AddressRow> {
  return texts(form, ADDRESS_TEXTS);
}

/** The fields of an article; the price is typed the Dutch way (`1.250,75`) and the one with VAT follows from it. */
export function enteredProduct(form: URLSearchParams): Entered<ProductRow> {
  const price = dutchNumber(form.get("priceExclVat") ?? "");
  if (price === null) return { kind: "fault", fault: "De prijs is geen bedrag. Schrijf bijvoorbeeld 12,50." };
  const quantityScale = form.get("quantityScale") ?? "";
  if (!/^[0-6]$/.test(quantityScale))
    return { kind: "fault", fault: "Het aantal decimalen is een cijfer van 0 tot 6." };
  const vatCodeId = Number(form.get("vatCodeId"));
  const percentage = VAT_PERCENTAGES.get(vatCodeId) ?? 0;
  return {
    kind: "fields",
    fields: {
      ...texts(form, PRODUCT_TEXTS),
      productType: Number(form.get("productType")),
      productState: Number(form.get("productState")),
      vatCodeId,
      quantityScale: Number(quantityScale),
      priceExclVat: price,
      priceInclVat: Math.round(price * (100 + percentage)) / 100,
    },
  };
}

function texts<Name extends string>(
  form: URLSearchParams,
  maxima: Readonly<Record<Name, number>>,
): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  for (const name in maxima) {
    const value = form.get(name);
    if (value !== null) fields[name] = value.trim().slice(0, maxima[name]);
  }
  return fields;
}

function dutchNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/.test(trimmed)) return null;
  return Number(trimmed.replaceAll(".", "").replace(",", "."));
}
