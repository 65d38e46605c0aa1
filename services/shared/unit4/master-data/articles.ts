import type { Get } from "../calls/get.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import { codeField, decimalField, idField, textField, wholeField, wholeFieldOr } from "../reading/fields.ts";
import {
  type ListBlocks,
  type ListPage,
  type ListRows,
  type PageRequest,
  parseListBlocks,
  parseListRows,
} from "../reading/list-rows.ts";
import { administrationPath, findById, type Resource } from "../reading/look-up.ts";
import { type NameValue, readNameValue } from "../reading/name-values.ts";
import { anyOf, containsText, equals, listQuery } from "../reading/odata.ts";
import { allOf, pageOf } from "../reading/readings.ts";
import { rowReader } from "../reading/row-reader.ts";

/** An article as ProductInfo has it (Multivers Web API V22), as far as we use it. Texts are "" where Unit4 has none. */
export type UnitArticle = {
  /** Text, character for character; never empty. */
  readonly productId: string;
  readonly shortName: string;
  readonly description: string;
  readonly productGroupId: string;
  /** 0 non-stock, 1 text, 2 stock, 3 constellation, 4 assembly. */
  readonly productType: number;
  /** 0 active, 1 passive, 2 expiring; other values exist. */
  readonly productState: number;
  readonly unit: string;
  /** Decimals in a quantity; 2 where Unit4 gives none. */
  readonly quantityScale: number;
  /** Plain decimal text with a point. */
  readonly priceExclVat: string;
  /** Plain decimal text with a point. */
  readonly priceInclVat: string;
  readonly vatCodeId: number;
  readonly eanCode: string;
  /** As Unit4 writes it, usually d-M-yyyy; read it with parseUnit4Date. */
  readonly lastUpdate: string;
};

export type ArticleCalls = {
  /** Bytes of a page of ProductInfoList, ordered by ProductId; `parseArticles` reads its rows. */
  fetchArticlePage(tenant: Unit4Tenant, page: PageRequest): Promise<CallResult<ListPage>>;
  /** The article with exactly this code, or null when Unit4 says in two ways that there is none. */
  findArticle(tenant: Unit4Tenant, productId: string): Promise<CallResult<UnitArticle | null>>;
  /** Articles whose code or description has this text in it, the first 20 by code. */
  searchArticles(tenant: Unit4Tenant, text: string): Promise<CallResult<readonly UnitArticle[]>>;
  /** Whether any article that is not passive has one of these groups (null: any group) and one of these types. */
  hasArticles(
    tenant: Unit4Tenant,
    wanted: { readonly groupIds: readonly string[] | null; readonly types: readonly number[] },
  ): Promise<CallResult<boolean>>;
  /** Article groups: code and description. */
  fetchArticleGroups(tenant: Unit4Tenant): Promise<CallResult<readonly NameValue[]>>;
};

const ASSUMED_QUANTITY_SCALE = 2;
/** Unit4's productState of an article that is no longer sold. */
const PASSIVE = 1;
/** As many as a person looks through while typing. */
const MOST_FOUND = 20;

const readArticle = rowReader<UnitArticle>({
  productId: idField,
  shortName: textField,
  description: textField,
  productGroupId: codeField,
  productType: wholeField,
  productState: wholeField,
  unit: textField,
  quantityScale: wholeFieldOr(ASSUMED_QUANTITY_SCALE),
  priceExclVat: decimalField,
  priceInclVat: decimalField,
  vatCodeId: wholeFieldOr(0),
  eanCode: textField,
  lastUpdate: textField,
});

const ARTICLES: Resource<UnitArticle> = {
  read: readArticle,
  idOf: ({ productId }) => productId,
  idName: "ProductId",
  single: { name: "ProductInfo", operation: "article" },
  list: { name: "ProductInfoList", operation: "article-list" },
};

/** Rows of a page of ProductInfoList in the order of the answer. */
export const parseArticles = (body: Buffer): ListRows<UnitArticle> =>
  parseListRows(body, readArticle, "productId");

/** The same rows in blocks. */
export const parseArticleBlocks = (body: Buffer): ListBlocks<UnitArticle> =>
  parseListBlocks(body, readArticle, "productId");

export function createArticleCalls(get: Get): ArticleCalls {
  return {
    fetchArticlePage: (tenant, page) => {
      const query = listQuery({ orderBy: ARTICLES.idName, ...page });
      const path = administrationPath(tenant, ARTICLES.list.name + query);
      return get({ tenant, operation: ARTICLES.list.operation, path }, pageOf);
    },
    findArticle: (tenant, id) => findById(get, ARTICLES, { tenant, id }),
    searchArticles: (tenant, text) => {
      const filter = `${containsText("ProductId", text)} or ${containsText("Description", text)}`;
      const query = listQuery({ filter, orderBy: ARTICLES.idName, top: MOST_FOUND });
      const path = administrationPath(tenant, ARTICLES.list.name + query);
      return get({ tenant, operation: "article-search", path }, allOf(readArticle));
    },
    hasArticles: async (tenant, { groupIds, types }) => {
      const filter = [
        ...(groupIds === null ? [] : [anyOf(groupIds.map((id) => equals("ProductGroupId", id)))]),
        anyOf(types.map((type) => `ProductType eq ${type}`)),
        `ProductState ne ${PASSIVE}`,
      ].join(" and ");
      const path = administrationPath(tenant, ARTICLES.list.name + listQuery({ filter, top: 1 }));
      const found = await get({ tenant, operation: "article-search", path }, allOf(readArticle));
      return found.kind === "ok" ? { kind: "ok", value: found.value.length > 0 } : found;
    },
    fetchArticleGroups: (tenant) => {
      const path = administrationPath(tenant, "ProductGroupNVL");
      const request = { tenant, operation: "article-group-list", path } as const;
      return get(request, allOf(readNameValue));
    },
  };
}
