import { ADDRESS_TYPE, type AddressRow, BLANK_ADDRESS, fullAddress } from "../rows/address-row.ts";
import { BLANK_CUSTOMER, type CustomerRow } from "../rows/customer-row.ts";
import { dutchDate } from "../rows/dutch-date.ts";
import { BUSINESSES, CITIES, FIRST_NAMES, LEGAL_FORMS, STREETS, SURNAMES } from "./demo-words.ts";
import { type Dice, diceFor } from "./dice.ts";

/** `count` customers of an administration; the same ones for the same database, whatever the count. */
export function demoCustomers(database: string, count: number): CustomerRow[] {
  return Array.from({ length: count }, (_, i) => demoCustomer(diceFor(`${database}/customer/${i}`), i));
}

/** The further addresses of a customer: an invoice address for a third of them, a delivery address for some. */
export function demoAddresses(database: string, customer: CustomerRow): AddressRow[] {
  const dice = diceFor(`${database}/address/${customer.organizationId}`);
  const types: number[] = [];
  if (dice.chance(1 / 3)) types.push(ADDRESS_TYPE.invoice);
  if (dice.chance(0.1)) types.push(ADDRESS_TYPE.delivery);
  return types.map((addressType, i) => demoAddress(dice, { customer, addressType, addressId: i + 1 }));
}

function demoCustomer(dice: Dice, i: number): CustomerRow {
  const surname = dice.pick(SURNAMES);
  const name = companyName(dice, surname);
  const place = dice.pick(CITIES);
  const created = { year: dice.between(2004, 2024), month: dice.between(1, 12), day: dice.between(1, 28) };
  const changed = { ...created, year: dice.between(created.year, 2025), month: dice.between(1, 12) };
  const host = plain(surname) || "voorbeeld";
  return {
    ...BLANK_CUSTOMER,
    customerId: customerId(i),
    organizationId: 57 + i,
    customerOrganizationId: 57 + i,
    shortName: plain(surname).toUpperCase().slice(0, 8) || "KLANT",
    name,
    customerStateId: dice.chance(0.03) ? "P" : "A",
    street1: street(dice),
    street2: dice.chance(0.08) ? `Unit ${dice.between(1, 40)}, achterzijde` : "",
    zipCode: `${dice.between(1000, 9999)} ${dice.pick(ZIP_LETTERS)}`,
    city: place,
    countryId: dice.chance(0.1) ? "NL" : "",
    telephone: dice.chance(0.7) ? `0${dice.between(10, 79)}-${dice.digits(7)}` : "",
    mobilePhone: dice.chance(0.5) ? `06-${dice.digits(8)}` : "",
    email: dice.chance(0.8) ? `${dice.pick(["info", "administratie", "facturen"])}@${host}.example` : "",
    homepage: dice.chance(0.2) ? `https://www.${host}.example` : "",
    contactPerson: dice.chance(0.6) ? `${dice.pick(FIRST_NAMES)} ${surname}` : "",
    paymentConditionId: dice.pick(["14", "30", "30", "30", "08"]),
    vatScenarioId: dice.chance(0.5) ? 6 : null,
    chargeVatTypeId: dice.pick([1, 1, 1, 1, 1, 1, 0, 2]),
    cocRegistration: dice.chance(0.6) ? dice.digits(8) : "",
    creditSqueezeId: dice.pick(["0", "0", "0", "1"]),
    creditLimit: dice.pick([0, 0, 2500, 10_000]),
    discountPercentage: dice.pick([0, 0, 0, 0.05, 0.125]),
    dateCreated: dice.chance(0.02) ? "" : dutchDate(created),
    dateChanged: dice.chance(0.02) ? "" : dutchDate(changed),
    usesUBLInvoice: dice.chance(0.3),
  };
}

function customerId(i: number): string {
  if (i === 0) return "17";
  if (i === 1) return "0017";
  return String(9999 + i);
}

function companyName(dice: Dice, surname: string): string {
  if (dice.chance(0.12)) return `${dice.pick(FIRST_NAMES)} ${surname}`.slice(0, 40);
  const business = dice.pick(BUSINESSES);
  const name = `${business} ${surname}${dice.pick(LEGAL_FORMS)}`;
  // Some names fill the field to the last character.
  return dice.chance(0.01)
    ? `${name} ${"en dochterondernemingen en vennoten"}`.slice(0, 40)
    : name.slice(0, 40).trim();
}

function street(dice: Dice): string {
  return `${dice.pick(STREETS)} ${dice.between(1, 320)}${dice.pick(["", "", "", "", " a", "-II", " bis"])}`;
}

function demoAddress(
  dice: Dice,
  { customer, addressType, addressId }: { customer: CustomerRow; addressType: number; addressId: number },
): AddressRow {
  const row = {
    ...BLANK_ADDRESS,
    addressGuid: addressGuid(customer.organizationId, addressId),
    addressId,
    addressType,
    organizationId: customer.organizationId,
    name: customer.name,
    contactPerson: dice.chance(0.5) ? "Crediteurenadministratie" : "",
    street1: dice.chance(0.3) ? `Postbus ${dice.between(10, 9999)}` : street(dice),
    zipCode: `${dice.between(1000, 9999)} ${dice.pick(ZIP_LETTERS)}`,
    city: dice.pick(CITIES),
    email: customer.email,
  };
  return { ...row, fullAddress: fullAddress(row) };
}

/** The guid of an address: the same for the same organisation and number. */
export function addressGuid(organizationId: number, addressId: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  return `${hex(organizationId, 8)}-0000-4000-8000-${hex(addressId, 12)}`;
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
}

const ZIP_LETTERS: readonly [string, ...string[]] = [
  "AA",
  "AB",
  "BC",
  "CX",
  "DE",
  "GH",
  "KL",
  "LM",
  "PR",
  "TZ",
  "WX",
];
