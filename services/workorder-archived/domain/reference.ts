import type { WorkorderArchived } from "../../../schemas/records.ts";
import { beginningOf, singleLine } from "./text-lines.ts";

/** Longest reference of an order in UTF-16 units (Multivers API, Order.reference). */
export const REFERENCE_LENGTH = 60;

/**
 * What makes a reference this workorder's and no other's: its number, or its id where it has none. White space inside
 * becomes an underscore, since a space ends it in the reference.
 */
export function referenceKey({ workorderNumber, workorderId }: WorkorderArchived): string {
  const number = singleLine(workorderNumber);
  return (number === "" ? singleLine(workorderId) : number).replaceAll(/\s/g, "_");
}

/**
 * Reference of the order: the key, a space, and as much of the description or else the work address as fits.
 * @returns null when the key alone is longer than 60 UTF-16 units: cut off it could be another workorder's
 */
export function referenceOf(workorder: WorkorderArchived): string | null {
  const key = referenceKey(workorder);
  if (key.length > REFERENCE_LENGTH) return null;
  const about = singleLine(workorder.description) || placeOf(workorder);
  return beginningOf(`${key} ${about}`, REFERENCE_LENGTH).trimEnd();
}

/** Where the work was done, on one line: name, street, postal code and city; empty where there is no address. */
export function placeOf({ workAddress }: WorkorderArchived): string {
  if (workAddress === null) return "";
  const { name, street, zipCode, city } = workAddress;
  return [name, street, `${zipCode} ${city}`]
    .map(singleLine)
    .filter((part) => part !== "")
    .join(", ");
}
