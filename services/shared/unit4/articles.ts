import type { Outcome, Unit4Tenant } from "./errors.ts";
import type { ListPage, PageRequest } from "./list-rows.ts";

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
  /** Decimals in a quantity. */
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

/** An entry of a name/value list: `name` is the code, `value` the text. */
export type NameValue = { readonly name: string; readonly value: string };

export type ArticleCalls = {
  /** Bytes of a page of ProductInfoList, ordered by ProductId: surely the bytes of a list, its rows not yet read. */
  fetchArticlePage(tenant: Unit4Tenant, page: PageRequest): Promise<Outcome<ListPage>>;
  /** The article with exactly this code, or null when Unit4 says in two ways that there is none. */
  findArticle(tenant: Unit4Tenant, productId: string): Promise<Outcome<UnitArticle | null>>;
  /** Article groups: code and description. */
  fetchArticleGroups(tenant: Unit4Tenant): Promise<Outcome<readonly NameValue[]>>;
};
