import { html } from "../../../services/shared/html.ts";
import { count, pageMarkup, tenantUrl } from "./page.ts";
import type { TenantSizes } from "./tenants.ts";

/** The first page: which tenants there are and what Simon has of each. */
export const homePage = (tenants: readonly TenantSizes[]): string =>
  pageMarkup({
    title: "Bedrijven",
    content: html`<h1>Bedrijven</h1>
      <p class="soft">Dit is een nagebouwd Simple-Simon om de koppeling met Unit4 te bekijken: klanten en artikelen zoals ze
        binnenkomen, en werkbonnen die na het archiveren als order naar Unit4 gaan.</p>
      ${tenants.length === 0 && html`<p class="notice warn">Er is nog geen bedrijf aangemeld.</p>`}
      <div class="cards">${tenants.map(card)}</div>`,
  });

function card({ tenantId, name, isActive, customers, articles, workorders }: TenantSizes) {
  return html`<section class="card"><h2><a href="${tenantUrl(tenantId, "workorders")}">${name}</a></h2>
    <p><span class="tag ${isActive ? "good" : "warn"}">${isActive ? "koppeling aan" : "koppeling uit"}</span></p>
    <p><a href="${tenantUrl(tenantId, "workorders")}">${count(workorders)} werkbonnen</a> ·
      <a href="${tenantUrl(tenantId, "customers")}">${count(customers)} klanten</a> ·
      <a href="${tenantUrl(tenantId, "articles")}">${count(articles)} artikelen</a></p></section>`;
}
