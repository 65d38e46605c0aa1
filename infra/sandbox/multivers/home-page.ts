import { html } from "../../../services/shared/html.ts";
import type { Administration } from "./administration/administration.ts";
import { FAULT_PAGE_URL } from "./faults/fault-page.ts";
import { pageMarkup, siteUrl } from "./site/site-page.ts";

/** The first page: which administrations there are, what is in them, and how to log in to them. */
export function homePage(administrations: readonly Administration[]): string {
  return pageMarkup({
    title: "Administraties",
    content: html`<h1>Administraties</h1>
      <p class="soft">Dit is een nagebouwd Multivers met verzonnen gegevens. Kies een administratie om debiteuren en artikelen te wijzigen en om orders te zien binnenkomen.</p>
      <p><a href="${FAULT_PAGE_URL}">Storingen</a>: laat een administratie haperen en kijk wat de koppeling doet.</p>
      <div class="cards">${administrations.map(card)}</div>`,
  });
}

function card({ options, customers, products, storedOrders }: Administration) {
  const { database } = options;
  return html`<section class="card"><h2><a href="${siteUrl(database, "customers")}">${options.name}</a></h2>
    <p class="soft small code">${database}</p>
    <p><a href="${siteUrl(database, "customers")}">${count(customers.size)} debiteuren</a> ·
      <a href="${siteUrl(database, "products")}">${count(products.size)} artikelen</a> ·
      <a class="nowrap" href="${siteUrl(database, "orders")}">${count(storedOrders.size)} orders</a></p>
    <p class="soft small">Koppelen: portal-gebruiker <span class="code">${options.portalUser}</span>, wachtwoord
      <span class="code">${options.portalPassword}</span>; Multivers-gebruiker
      <span class="code">${options.multiversUser ?? "SYSTEEM"}</span>, wachtwoord
      ${options.multiversPassword ? html`<span class="code">${options.multiversPassword}</span>` : "leeg"}.</p></section>`;
}

function count(value: number): string {
  return value.toLocaleString("nl-NL");
}
