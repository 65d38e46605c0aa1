import { dutchDate } from "../rows/dutch-date.ts";
import { BLANK_PRODUCT, PRODUCT_STATE, PRODUCT_TYPE, type ProductRow } from "../rows/product-row.ts";
import { ARTICLE_KINDS, ARTICLE_WORDS } from "./demo-words.ts";
import { type Dice, diceFor } from "./dice.ts";

/** `count` articles of an administration; the same ones for the same database, whatever the count. */
export function demoProducts(database: string, count: number): ProductRow[] {
  return Array.from(
    { length: count },
    (_, i) => NAMED[i] ?? demoProduct(diceFor(`${database}/product/${i}`), i),
  );
}

function demoProduct(dice: Dice, i: number): ProductRow {
  const productGroupId = dice.pick(["10", "10", "20", "30", "40", "50"]);
  const word = dice.pick(ARTICLE_WORDS[productGroupId] ?? ["Artikel"]);
  const size = dice.pick(["15 mm", "22 mm", '1/2"', "28 x 3/4", "3x2,5 mm²", "Ø 110", "M8"]);
  const cents = dice.between(45, 95_000);
  const created = { year: dice.between(2008, 2024), month: dice.between(1, 12), day: dice.between(1, 28) };
  const updated = { ...created, year: dice.between(created.year, 2025), day: dice.between(1, 28) };
  const meters = word === "Installatiekabel" || word === "Kabelgoot";
  return {
    ...BLANK_PRODUCT,
    productId: productId(dice, i),
    shortName: word.toUpperCase().slice(0, 8),
    description: description(dice, `${word} ${dice.pick(ARTICLE_KINDS)} ${size}`),
    productGroupId,
    productType: dice.pick([PRODUCT_TYPE.stock, PRODUCT_TYPE.stock, PRODUCT_TYPE.nonStock]),
    productState: state(dice),
    unit: meters ? "m" : "st",
    quantityScale: meters ? dice.pick([1, 2]) : dice.pick([0, 0, 2]),
    ...prices(cents / 100),
    vatCodeId: 1,
    eanCode: dice.chance(0.6) ? `87${dice.digits(11)}` : "",
    weight: dice.between(0, 25_000) / 1000,
    technicalStock: dice.between(0, 500),
    stockTransferPrice: Math.round(cents * 0.6) / 100,
    dateCreated: dice.chance(0.02) ? "" : dutchDate(created),
    lastUpdate: dice.chance(0.02) ? "" : dutchDate(updated),
  };
}

/** Codes are plain numbers, numbers with zeros in front, or have a slash or spaces in them; 14 characters at most. */
function productId(dice: Dice, i: number): string {
  const number = String(i).padStart(6, "0");
  const shape = dice.between(0, 9);
  if (shape === 0) return `KB${number}/${dice.between(1, 9)}-BR`;
  if (shape === 1) return `ART ${number}`;
  if (shape === 2) return `0${number}`;
  return `2${number}`;
}

function description(dice: Dice, text: string): string {
  return dice.chance(0.01) ? `${text}, ${"geschikt voor drink- en CV-water; ".repeat(8)}`.slice(0, 60) : text;
}

function state(dice: Dice): number {
  if (dice.chance(0.03)) return PRODUCT_STATE.passive;
  return dice.chance(0.01) ? PRODUCT_STATE.expiring : PRODUCT_STATE.active;
}

/** Both prices of an article under the high VAT rate, in euros. */
function prices(priceExclVat: number): { priceExclVat: number; priceInclVat: number } {
  return { priceExclVat, priceInclVat: Math.round(priceExclVat * 121) / 100 };
}

const HOURS = {
  ...BLANK_PRODUCT,
  productGroupId: "UUR",
  unit: "uur",
  quantityScale: 2,
  projectEntryType: "Hours",
  dateCreated: "2-1-2012",
  lastUpdate: "1-7-2025",
};

const MATERIAL = {
  ...BLANK_PRODUCT,
  productGroupId: "10",
  productType: PRODUCT_TYPE.stock,
  dateCreated: "14-11-2015",
  lastUpdate: "5-3-2024",
};

/** The articles that every administration begins with: those a service company books on, and the awkward ones. */
const NAMED: readonly ProductRow[] = [
  { ...HOURS, productId: "ARBEID", shortName: "ARBEID", description: "Arbeidsloon monteur", ...prices(68) },
  {
    ...HOURS,
    productId: "REISTIJD",
    shortName: "REISTIJD",
    description: "Reistijd monteur",
    ...prices(52.5),
  },
  {
    ...HOURS,
    productId: "VOORRIJ",
    shortName: "VOORRIJ",
    description: "Voorrijkosten",
    unit: "keer",
    ...prices(29.75),
  },
  { ...MATERIAL, productId: "17", shortName: "KRAAN", description: "Kraan", ...prices(24.95) },
  { ...MATERIAL, productId: "0017", shortName: "PAKKING", description: "Pakking", ...prices(1.15) },
  {
    ...MATERIAL,
    productId: "KB16/2-BR",
    shortName: "KOPPEL",
    description: 'Koppeling 16 mm x 1/2" brons',
    ...prices(4.35),
  },
  {
    ...MATERIAL,
    productId: "KOFFIE 1 KG",
    shortName: "KOFFIE",
    description: "Koffie 1 kg",
    productGroupId: "Ovg",
    productType: PRODUCT_TYPE.nonStock,
    vatCodeId: 2,
    ...prices(12),
  },
  {
    ...MATERIAL,
    productId: "50% GLYCOL",
    shortName: "GLYCOL",
    description: "Glycol 50 % – vorstbeveiliging, per liter",
    productGroupId: "30",
    unit: "l",
    quantityScale: 1,
    ...prices(3.85),
  },
  {
    ...MATERIAL,
    productId: "TEKST01",
    shortName: "TEKST",
    description: "Op deze werkzaamheden geven wij één jaar garantie.",
    productGroupId: "ovg",
    productType: PRODUCT_TYPE.text,
    unit: "",
    quantityScale: 0,
  },
  {
    ...MATERIAL,
    productId: "SET-WC",
    shortName: "SETWC",
    description: "Closetcombinatie compleet",
    productGroupId: "20",
    productType: PRODUCT_TYPE.constellation,
    quantityScale: 0,
    ...prices(219),
  },
  {
    ...MATERIAL,
    productId: "OUD-1",
    shortName: "OUD",
    description: "Kraan, oud model",
    productState: PRODUCT_STATE.passive,
    ...prices(19.95),
  },
  {
    ...MATERIAL,
    productId: "OUD-2",
    shortName: "OUD",
    description: "Pakking, zolang de voorraad strekt",
    productState: PRODUCT_STATE.expiring,
    ...prices(0.95),
  },
  {
    ...MATERIAL,
    productId: "RAAR-9",
    shortName: "RAAR",
    description: "Artikel met een onbekende status",
    productState: 9,
    ...prices(1),
  },
];
