import { type Html, html } from "../../../services/shared/html.ts";
import type { NewCustomer, ShownCustomer } from "./customers.ts";
import { field, notices, pageMarkup, pager, searchForm, stateTag, tenantUrl } from "./page.ts";
import type { SiteRequest } from "./site-request.ts";
import type { SimonTenant } from "./tenants.ts";
import type { ShownWorkAddress } from "./work-addresses.ts";

/** The customers that a search found. */
export function customersPage(
  { tenant, text, page, done }: SiteRequest,
  { rows, total }: { readonly rows: readonly ShownCustomer[]; readonly total: number },
): string {
  const url = tenantUrl(tenant.tenantId, "customers");
  return pageMarkup({
    title: "Klanten",
    within: { tenant, section: "customers" },
    content: html`<div class="row"><h1>Klanten</h1><a class="button plain right" href="${tenantUrl(tenant.tenantId, "customers/new")}">Klant toevoegen</a></div>
      ${notices(done === undefined ? {} : { done })}${searchForm({ action: url, text, hint: "Nummer, naam of plaats" })}
      ${pager({ url, text, page, total })}
      <section class="card scroll"><table>
        <thead><tr><th>Nummer</th><th>Naam</th><th>Adres</th><th>Plaats</th><th>Status</th></tr></thead>
        <tbody>${rows.map((row) => tableRow(tenant, row))}</tbody></table></section>`,
  });
}

const tableRow = (tenant: SimonTenant, row: ShownCustomer): Html =>
  html`<tr><td class="nowrap code"><a href="${tenantUrl(tenant.tenantId, "customers/one", { id: row.customerId })}">${row.customerId}</a></td>
    <td>${row.name}</td><td>${row.street}</td><td>${row.city}</td><td>${stateTag(row)}</td></tr>`;

/** A customer with its work addresses and the form to add one. */
export function customerPage(
  { tenant, done }: SiteRequest,
  customer: ShownCustomer,
  addresses: readonly ShownWorkAddress[],
  fault?: string,
): string {
  const { customerId } = customer;
  const isUsable = customer.state === "active";
  return pageMarkup({
    title: customer.name,
    within: { tenant, section: "customers" },
    content: html`<div class="row"><h1>${customer.name || customerId}</h1>${stateTag(customer)}
      ${isUsable && html`<a class="button right" href="${tenantUrl(tenant.tenantId, "workorders/new", { customer: customerId })}">Nieuwe werkbon</a>`}</div>
      ${notices({ ...(done === undefined ? {} : { done }), ...(fault === undefined ? {} : { fault }) })}
      ${!isUsable && html`<p class="notice warn">Deze klant is niet te kiezen op een nieuwe werkbon.${customer.state !== "unknown" && " De schoonmaak verwijdert hem, zodra geen open werkbon hem meer gebruikt."}</p>`}
      <section class="card"><h2>Klant ${customerId}</h2>
        <p>${customer.street}<br>${customer.zipCode} ${customer.city}</p>
        <p class="soft">${[customer.telephone, customer.email].filter((one) => one !== "").join(" · ")}</p></section>
      <section class="card"><h2>Werkadressen</h2>
        <div class="scroll"><table><thead><tr><th>Naam</th><th>Straat</th><th>Postcode</th><th>Plaats</th><th>Herkomst</th></tr></thead>
        <tbody>${addresses.map(addressRow)}</tbody></table></div></section>
      <section class="card"><h2>Werkadres toevoegen</h2>
        <form method="post" action="${tenantUrl(tenant.tenantId, "customers/work-addresses", { id: customerId })}" class="fields">
          ${field({ name: "name", label: "Naam" })}${field({ name: "street", label: "Straat en nummer", required: true })}
          ${field({ name: "zipCode", label: "Postcode", maxLength: 10 })}${field({ name: "city", label: "Plaats", required: true })}
          <div class="actions"><button>Toevoegen</button></div></form></section>`,
  });
}

const addressRow = (address: ShownWorkAddress): Html =>
  html`<tr><td>${address.name}</td><td>${address.street}</td><td class="nowrap">${address.zipCode}</td><td>${address.city}</td>
    <td><span class="tag">${address.origin === "unit4" ? "uit Unit4" : "zelf gemaakt"}</span></td></tr>`;

/** The form for a customer that is added by hand. */
export function newCustomerPage(tenant: SimonTenant, typed: Partial<NewCustomer>, fault?: string): string {
  return pageMarkup({
    title: "Klant toevoegen",
    within: { tenant, section: "customers" },
    content: html`<h1>Klant toevoegen</h1>${notices(fault === undefined ? {} : { fault })}
      <p class="notice warn">Unit4 is leidend: een klant die u hier toevoegt, gaat niet naar Unit4 en wordt door de schoonmaak verwijderd.</p>
      <section class="card"><form method="post" action="${tenantUrl(tenant.tenantId, "customers/new")}" class="fields">
        ${field({ name: "customerId", label: "Nummer", value: typed.customerId ?? "", maxLength: 20, required: true })}
        ${field({ name: "name", label: "Naam", value: typed.name ?? "", required: true })}
        ${field({ name: "street", label: "Straat en nummer", value: typed.street ?? "" })}
        ${field({ name: "zipCode", label: "Postcode", value: typed.zipCode ?? "", maxLength: 10 })}
        ${field({ name: "city", label: "Plaats", value: typed.city ?? "" })}
        <div class="actions"><button>Toevoegen</button></div></form></section>`,
  });
}
