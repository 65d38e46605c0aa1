import { CUSTOM_FIELD_DEFINITIONS } from "../rows/lookups.ts";
import type { Message } from "../rows/order-row.ts";

const SALES_ORDER = 1;

const DEFINITIONS = new Map(
  CUSTOM_FIELD_DEFINITIONS.filter((field) => field.appliedToEntity === SALES_ORDER).map((field) => [
    `${field.groupName}.${field.name}`,
    field,
  ]),
);

/** The added fields of a sales order, empty: `{"GROUP.NAME": ""}`. */
export function standardCustomProperties(): Readonly<Record<string, string>> {
  return Object.fromEntries([...DEFINITIONS.keys()].map((key) => [key, ""]));
}

/** What is wrong with the `customProperties` of an order: unknown fields, values that are not text or too long. */
export function customPropertyMessages(properties: unknown): readonly Message[] {
  if (typeof properties !== "object" || properties === null || Array.isArray(properties))
    return [fault("CustomProperties is ongeldig.", "/customProperties")];
  return Object.entries(properties).flatMap(([key, value]) => {
    const path = `/customProperties/${key}`;
    const definition = DEFINITIONS.get(key);
    if (definition === undefined) return [fault(`Vrij veld ${key} bestaat niet.`, path)];
    if (value === null) return [];
    if (typeof value !== "string") return [fault(`${key} moet tekst zijn.`, path)];
    const tooLong = value.length > definition.length;
    return tooLong ? [fault(`${key} mag maximaal ${definition.length} tekens bevatten.`, path)] : [];
  });
}

function fault(message: string, path: string): Message {
  return { message, messageType: "Error", path };
}
