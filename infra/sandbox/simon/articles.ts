import type { Queryable } from "../../../services/shared/postgres.ts";
import { type ListRequest, ROWS_PER_PAGE, type ShownState } from "./customers.ts";

export type ShownArticle = {
  readonly articleId: string;
  readonly origin: "unit4" | "simon";
  readonly state: ShownState;
  readonly description: string;
  readonly groupId: string;
  readonly unit: string;
  /** Plain decimal text. */
  readonly priceExclVat: string;
};

const ARTICLE_COLUMNS = `article_id as "articleId", origin, state, description, group_id as "groupId", unit,
  price_excl_vat::text as "priceExclVat"`;

/** A page of a tenant's articles by code, and how many there are in all. */
export async function listArticles(
  db: Queryable,
  tenantId: string,
  { text, page }: ListRequest,
): Promise<{ readonly rows: readonly ShownArticle[]; readonly total: number }> {
  const { rows } = await db.query<ShownArticle & { total: number }>(
    `select ${ARTICLE_COLUMNS}, count(*) over () as total
     from simon.articles
     where tenant_id = $1 and state <> 'removed'
       and position(lower($2) in lower(concat_ws(' ', article_id, description, group_id))) > 0
     order by article_id
     limit ${ROWS_PER_PAGE} offset $3`,
    [tenantId, text, (page - 1) * ROWS_PER_PAGE],
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** Descriptions of the articles named that can be used, by code. */
export async function usableArticles(
  db: Queryable,
  tenantId: string,
  articleIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ articleId: string; description: string }>(
    `select article_id as "articleId", description from simon.usable_articles
     where tenant_id = $1 and article_id = any($2)`,
    [tenantId, articleIds],
  );
  return new Map(rows.map(({ articleId, description }) => [articleId, description]));
}

/** Adds an article by hand (M3). @returns false when the code is or was in use */
export async function addArticle(
  db: Queryable,
  tenantId: string,
  article: { readonly articleId: string; readonly description: string; readonly unit: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into simon.articles (tenant_id, article_id, description, unit)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [tenantId, article.articleId, article.description, article.unit],
  );
  return rowCount === 1;
}
