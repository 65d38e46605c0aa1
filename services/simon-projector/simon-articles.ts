import type { Article, ArticleChanged } from "../../schemas/records.ts";
import type { TableDescription } from "./table-description.ts";

/** A stored article, by column. */
type StoredArticle = {
  readonly description: string;
  readonly short_name: string;
  readonly group_id: string;
  readonly type: number;
  readonly unit: string;
  readonly quantity_scale: number;
  readonly price_excl_vat: string;
  readonly price_incl_vat: string;
  readonly vat_code_id: number;
  readonly ean_code: string;
};

/** Articles of Simon, as Unit4 has them. */
export const SIMON_ARTICLES: TableDescription<ArticleChanged, Article, StoredArticle> = {
  entity: "article",
  table: "simon.articles",
  id: "article_id",
  shownAs: "description",
  bodyOf: ({ article }) => article,
  columns: [
    { name: "description", type: "text", value: ({ description }) => description },
    { name: "short_name", type: "text", value: ({ shortName }) => shortName },
    { name: "group_id", type: "text", value: ({ groupId }) => groupId },
    { name: "type", type: "integer", value: ({ type }) => type },
    { name: "unit", type: "text", value: ({ unit }) => unit },
    { name: "quantity_scale", type: "integer", value: ({ quantityScale }) => quantityScale },
    { name: "price_excl_vat", type: "numeric", value: ({ priceExclVat }) => priceExclVat },
    { name: "price_incl_vat", type: "numeric", value: ({ priceInclVat }) => priceInclVat },
    { name: "vat_code_id", type: "integer", value: ({ vatCodeId }) => vatCodeId },
    { name: "ean_code", type: "text", value: ({ eanCode }) => eanCode },
  ],
  changeOf: (head, articleId, stored) => ({
    ...head,
    articleId,
    article: stored === null ? null : articleOf(articleId, stored),
  }),
};

const articleOf = (articleId: string, stored: StoredArticle): Article => ({
  articleId,
  description: stored.description,
  shortName: stored.short_name,
  groupId: stored.group_id,
  type: stored.type,
  unit: stored.unit,
  quantityScale: stored.quantity_scale,
  priceExclVat: stored.price_excl_vat,
  priceInclVat: stored.price_incl_vat,
  vatCodeId: stored.vat_code_id,
  eanCode: stored.ean_code,
});
