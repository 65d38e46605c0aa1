import type { Material, OrderLine } from "../../../schemas/records.ts";
import {
  type Decimal,
  parsePlainDecimal,
  roundHalfAwayFromZero,
  toPlainText,
} from "../../shared/domain/decimal.ts";
import { type Finding, listed, shown } from "./finding.ts";
import { type SimonArticle, type Standing, standingOf } from "./simon-row.ts";

/** Decimals in a quantity where the article's own number is not known. */
const USUAL_SCALE = 2;
const LARGEST_SCALE = 6;
/** A JSON number, in which Unit4 takes a quantity, keeps 15 digits exactly. */
const TOO_LARGE = 10n ** 15n;

export type MaterialLines = {
  readonly lines: readonly OrderLine[];
  /** What keeps the order from being sent. */
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
};

/** The articles used, on the same codes with their quantities (W6, W14); every fault of every line is found. */
export function materialLines(
  materials: readonly Material[],
  articles: ReadonlyMap<string, SimonArticle>,
): MaterialLines {
  const read = materials.map((material, index) =>
    readMaterial(material, index, articles.get(material.articleId)),
  );
  const named = (standing: Standing): readonly string[] => [
    ...new Set(read.filter((one) => one.standing === standing).map(({ label }) => label)),
  ];
  const placed = (wanted: (quantity: Decimal | null) => boolean): readonly string[] =>
    read.filter(({ quantity }) => wanted(quantity)).map(({ place }) => place);
  return {
    lines: read.flatMap(({ line }) => (line === null ? [] : [line])),
    faults: [
      ...finding("WORKORDER_ARTICLE_UNKNOWN", "articles", named("unknown")),
      ...finding("WORKORDER_ARTICLE_GONE", "articles", named("gone")),
      ...finding(
        "WORKORDER_QUANTITY_UNREADABLE",
        "lines",
        placed((quantity) => quantity === null),
      ),
    ],
    warnings: [
      ...finding("WORKORDER_ARTICLE_INACTIVE", "articles", named("inactive")),
      ...finding(
        "WORKORDER_QUANTITY_ZERO",
        "lines",
        placed((quantity) => quantity?.units === 0n),
      ),
    ],
  };
}

type ReadMaterial = {
  /** Code and description. */
  readonly label: string;
  /** Number of the line on the workorder, label and quantity as it came. */
  readonly place: string;
  readonly standing: Standing;
  /** Rounded to the article's scale; null where it cannot be read. */
  readonly quantity: Decimal | null;
  /** null where there is nothing to book. */
  readonly line: OrderLine | null;
};

function readMaterial(material: Material, index: number, article: SimonArticle | undefined): ReadMaterial {
  const { articleId } = material;
  const label = shown(`${articleId} ${article?.description || material.description}`);
  const quantity = quantityOf(material, article);
  return {
    label,
    place: `${index + 1}. ${label}: “${shown(material.quantity)}”`,
    standing: standingOf(article),
    quantity,
    line:
      quantity === null || quantity.units === 0n
        ? null
        : {
            kind: "article",
            articleId,
            articleType: article?.type ?? null,
            quantity: toPlainText(quantity),
            text: "",
          },
  };
}

function quantityOf({ quantity }: Material, article: SimonArticle | undefined): Decimal | null {
  const exact = parsePlainDecimal(quantity);
  if (exact === null) return null;
  const rounded = roundHalfAwayFromZero(exact, scaleOf(article));
  const isTooLarge = rounded.units >= TOO_LARGE || rounded.units <= -TOO_LARGE;
  return isTooLarge ? null : rounded;
}

function scaleOf(article: SimonArticle | undefined): number {
  const scale = article?.quantityScale ?? USUAL_SCALE;
  return scale >= 0 && scale <= LARGEST_SCALE ? scale : USUAL_SCALE;
}

const finding = (code: Finding["code"], param: string, names: readonly string[]): readonly Finding[] =>
  names.length === 0 ? [] : [{ code, params: { [param]: listed(names) } }];
