import { articlesPage, newArticlePage } from "./article-pages.ts";
import { addArticle, listArticles } from "./articles.ts";
import { entered } from "./customer-routes.ts";
import { tenantUrl } from "./page.ts";
import type { FormOutcome, SiteRequest, SiteRoutes } from "./site-request.ts";

/** The pages and form for articles. */
export function addArticleRoutes({ page, form }: SiteRoutes): void {
  page("articles", async (request) =>
    articlesPage(request, await listArticles(request.pool, request.tenant.tenantId, request)),
  );
  page("articles/new", async ({ tenant }) => newArticlePage(tenant, {}));
  form("articles/new", add);
}

async function add({ pool, tenant, form }: SiteRequest): Promise<FormOutcome> {
  const typed = {
    articleId: entered(form, "articleId", 20),
    description: entered(form, "description"),
    unit: entered(form, "unit", 10),
  };
  if (typed.articleId === "" || typed.description === "")
    return { kind: "show", markup: newArticlePage(tenant, typed, "Vul een code en een omschrijving in.") };
  if (!(await addArticle(pool, tenant.tenantId, typed)))
    return {
      kind: "show",
      markup: newArticlePage(tenant, typed, `Code ${typed.articleId} is al in gebruik, hier of in Unit4.`),
    };
  return {
    kind: "go",
    to: tenantUrl(tenant.tenantId, "articles", { q: typed.articleId, done: "added" }),
  };
}
