/** A row of a name/value list: `name` is the code, `value` the text. */
export type NameValue = Readonly<{ name: string; value: string }>;

/** The fixed name/value lists of an administration, by resource name in lower case. */
export const NAME_VALUE_LISTS: Readonly<Record<string, readonly NameValue[]>> = {
  producttypenvl: numbered([
    "Niet-voorraadartikel",
    "Tekst",
    "Voorraadartikel",
    "Samengesteld artikel",
    "Assemblage",
  ]),
  paymentconditionnvl: [
    { name: "08", value: "Binnen 8 dagen" },
    { name: "14", value: "Binnen 14 dagen" },
    { name: "30", value: "Binnen 30 dagen" },
  ],
  salesvatscenarionvl: [
    { name: "6", value: "Binnenlandse verkopen" },
    { name: "7", value: "Binnenlandse verkopen, btw verlegd" },
    { name: "8", value: "Verkopen binnen de EU" },
    { name: "9", value: "Verkopen buiten de EU" },
  ],
  ordertypenvl: numbered(["Factuuropdracht", "Order", "Serviceorder"]),
  orderstatenvl: numbered([
    "Onbekend",
    "Initieel",
    "Goedgekeurd",
    "Klaar voor pakbon",
    "Klaar voor verzending",
    "Verzonden",
  ]),
  orderlinetypenvl: numbered([
    "Artikel",
    "Bedrag",
    "Samengesteld artikel",
    "Tekst",
    "Voorraadartikel",
    "Uren",
    "Orderkosten",
  ]),
  orderchargevattypenvl: numbered(["Exclusief", "Inclusief", "Verlegd", "Geen btw"]),
  customerchargevattypenvl: numbered(["Nee", "Ja", "Onderaannemer"]),
  activepassivestatenvl: [
    { name: "A", value: "Actief" },
    { name: "P", value: "Passief" },
  ],
  vatcodenvl: [
    { name: "0", value: "Geen btw" },
    { name: "1", value: "Btw hoog 21%" },
    { name: "2", value: "Btw laag 9%" },
  ],
};

/** Percentage per VAT code. */
export const VAT_PERCENTAGES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 21],
  [2, 9],
]);

/** Article groups: the id, of three characters at most, and the text. Two differ in a capital only. */
export const DEMO_PRODUCT_GROUPS: readonly NameValue[] = [
  { name: "10", value: "Installatiemateriaal" },
  { name: "20", value: "Sanitair" },
  { name: "30", value: "Verwarming" },
  { name: "40", value: "Elektra" },
  { name: "50", value: "Gereedschap" },
  { name: "UUR", value: "Uren en voorrijkosten" },
  { name: "Ovg", value: "Overige artikelen" },
  { name: "ovg", value: "Vaste teksten" },
];

/** A field that an administration added. Entities and types are the numbers of the API: type 1 text, 2 number, 5 memo. */
export type CustomFieldDefinition = Readonly<typeof TEXT_FIELD>;

const TEXT_FIELD = {
  allowedValues: [],
  appliedToEntity: 0,
  constraintEntity: 0,
  constraints: [],
  digitsAfterSeperator: 0,
  digitsBeforeSeperator: 0,
  entity: 0,
  groupName: "",
  isRequired: false,
  length: 60,
  mask: "",
  maxValue: 0,
  minValue: 0,
  name: "",
  title: "",
  type: 1,
};

/** Fields on customers (entity 1) and articles (4); those applied to sales orders (appliedToEntity 1) belong to customers. */
export const CUSTOM_FIELD_DEFINITIONS: readonly CustomFieldDefinition[] = [
  { ...TEXT_FIELD, entity: 1, groupName: "RELATIE", name: "SLEUTELNR", title: "Sleutelnummer", length: 20 },
  { ...TEXT_FIELD, entity: 4, groupName: "ARTIKEL", name: "MERK", title: "Merk", length: 40 },
  {
    ...TEXT_FIELD,
    entity: 1,
    appliedToEntity: 1,
    groupName: "ORDER",
    name: "OPMERKINGEN",
    title: "Opmerkingen",
    type: 5,
    length: 4000,
  },
  {
    ...TEXT_FIELD,
    entity: 1,
    appliedToEntity: 1,
    groupName: "ORDER",
    name: "WERKBON",
    title: "Werkbonnummer",
    length: 30,
  },
];

function numbered(values: readonly string[]): readonly NameValue[] {
  return values.map((value, i) => ({ name: String(i), value }));
}
