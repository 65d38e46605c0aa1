import { html } from "../../../services/shared/html.ts";
import type { ShownArticle } from "./articles.ts";
import { field, notices, pageMarkup, pager, searchForm, stateTag, tenantUrl } from "./page.ts";
import type { SiteRequest } from "./site-request.ts";
import type { SimonTenant } from "./tenants.ts";

/** The articles that a search found. */
export function articlesPage(
  { tenant, text, page, done }: SiteRequest,
  { rows, total }: { readonly rows: readonly ShownArticle[]; readonly total: number },
): string {
  const url = tenantUrl(tenant.tenantId, "articles");
  return pageMarkup({
    title: "Artikelen",
    within: { tenant, section: "articles" },
    content: html`<div class="row"><h1>Artikelen</h1><a class="button plain right" href="${tenantUrl(tenant.tenantId, "articles/new")}">Artikel toevoegen</a></div>
      ${notices(done === undefined ? {} : { done })}${searchForm({ action: url, text, hint: "Code, omschrijving of groep" })}
      ${pager({ url, text, page, total })}
      <section class="card scroll"><table>
        <thead><tr><th>Code</th><th>Omschrijving</th><th>Groep</th><th>Eenheid</th><th class="number">Prijs excl. btw</th><th>Status</th></tr></thead>
        <tbody>${rows.map(tableRow)}</tbody></table></section>`,
  });
}

const tableRow = (row: ShownArticle) =>
  html`<tr><td class="nowrap code">${row.articleId}</td><td>${row.description}</td><td>${row.groupId}</td>
    <td>${row.unit}</td><td class="number">${dutchAmount(row.priceExclVat)}</td><td>${stateTag(row)}</td></tr>`;

/** Plain decimal text as the Dutch write it, with at least two decimals: `1234.5` becomes `1.234,50`. */
export function dutchAmount(plain: string): string {
  const [whole = "", fraction = ""] = plain.split(".");
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ".")},${fraction.padEnd(2, "0")}`;
}

/** The form for an article that is added by hand. */
export function newArticlePage(
  tenant: SimonTenant,
  typed: { readonly articleId?: string; readonly description?: string; readonly unit?: string },
  fault?: string,
): string {
  return pageMarkup({
    title: "Artikel toevoegen",
    within: { tenant, section: "articles" },
    content: html`<h1>Artikel toevoegen</h1>${notices(fault === undefined ? {} : { fault })}
      <p class="notice warn">Unit4 is leidend: een artikel dat u hier toevoegt, gaat niet naar Unit4 en wordt door de schoonmaak verwijderd.</p>
      <section class="card"><form method="post" action="${tenantUrl(tenant.tenantId, "articles/new")}" class="fields">
        ${field({ name: "articleId", label: "Code", value: typed.articleId ?? "", maxLength: 20, required: true })}
        ${field({ name: "description", label: "Omschrijving", value: typed.description ?? "", required: true })}
        ${field({ name: "unit", label: "Eenheid", value: typed.unit ?? "", maxLength: 10 })}
        <div class="actions"><button>Toevoegen</button></div></form></section>`,
  });
}
