import { type Html, html } from "../../../../services/shared/html.ts";
import type { Administration } from "../administration/administration.ts";
import { type FormState, field, notices } from "../customers/customer-pages.ts";
import { NAME_VALUE_LISTS, type NameValue } from "../rows/lookups.ts";
import type { ProductRow } from "../rows/product-row.ts";
import { doneNotice, pageMarkup, pager, ROWS_PER_PAGE, searchForm, siteUrl } from "../site/site-page.ts";

/** The articles that have `text` in code, short name or description, `page` counted from 1. */
export function productsPage(
  administration: Administration,
  { text, page, done }: { text: string; page: number; done: string | undefined },
): string {
  const { database } = administration;
  const url = siteUrl(database, "products");
  const found = administration.productsById.filter((row) => matches(row, text.toLowerCase()));
  const shown = found.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE);
  return pageMarkup({
    title: "Artikelen",
    within: { administration: administration.options, section: "products" },
    content: html`<div class="row"><h1>Artikelen</h1><a class="button right" href="${siteUrl(database, "products/new")}">Nieuw artikel</a></div>
      ${doneNotice(done)}${searchForm({ action: url, text, hint: "Code of omschrijving" })}
      ${pager({ url, text, page, total: found.length })}
      <section class="card scroll"><table>
        <thead><tr><th>Code</th><th>Omschrijving</th><th>Groep</th><th>Eenheid</th><th class="number">Prijs excl. btw</th><th>Status</th></tr></thead>
        <tbody>${shown.map((row) => tableRow(database, row))}</tbody></table></section>`,
  });
}

/** One article with the forms to change it. */
export function productPage(administration: Administration, row: ProductRow, state: FormState): string {
  const address = (path: string) =>
    siteUrl(administration.database, `products/${path}`, { id: row.productId });
  return pageMarkup({
    title: row.productId,
    within: { administration: administration.options, section: "products" },
    content: html`<div class="row"><h1>${row.description}</h1>${stateTag(row)}</div>${notices(state)}
      <section class="card"><h2>Artikel <span class="code">${row.productId}</span></h2>
        <form method="post" action="${address("change")}" class="fields">${productFields(administration, row)}
          <div class="actions"><button>Opslaan</button></div></form>
        <p class="soft small">Aangemaakt ${row.dateCreated || "onbekend"}, gewijzigd ${row.lastUpdate || "onbekend"}.</p></section>
      <section class="card"><form method="post" class="inline" action="${address("delete")}"><button class="danger">Artikel verwijderen</button></form></section>`,
  });
}

/** The form for a new article, filled with what was entered if that was refused. */
export function newProductPage(administration: Administration, row: ProductRow, state: FormState): string {
  return pageMarkup({
    title: "Nieuw artikel",
    within: { administration: administration.options, section: "products" },
    content: html`<h1>Nieuw artikel</h1>${notices(state)}
      <section class="card"><form method="post" action="${siteUrl(administration.database, "products/new")}" class="fields">
        <label for="productId">Code</label><input id="productId" name="productId" maxlength="14" required value="${row.productId}">
        ${productFields(administration, row)}<div class="actions"><button>Toevoegen</button></div></form></section>`,
  });
}

/** Names of `productState`; 9 stands for any value that is not documented. */
const STATE_NAMES: readonly NameValue[] = [
  { name: "0", value: "actief" },
  { name: "1", value: "passief" },
  { name: "2", value: "aflopend" },
  { name: "9", value: "onbekend (9)" },
];

/** An amount the Dutch way, with at least two decimals. */
export function dutchAmount(amount: number): string {
  return amount.toLocaleString("nl-NL", { minimumFractionDigits: 2, maximumFractionDigits: 5 });
}

function matches(row: ProductRow, text: string): boolean {
  return [row.productId, row.shortName, row.description].some((value) => value.toLowerCase().includes(text));
}

function tableRow(database: string, row: ProductRow): Html {
  return html`<tr><td class="nowrap code"><a href="${siteUrl(database, "products/one", { id: row.productId })}">${row.productId}</a></td>
    <td>${row.description}</td><td class="nowrap">${row.productGroupId}</td><td>${row.unit}</td>
    <td class="number">${dutchAmount(row.priceExclVat)}</td><td>${stateTag(row)}</td></tr>`;
}

function stateTag({ productState }: ProductRow): Html {
  const name = STATE_NAMES.find((one) => one.name === String(productState))?.value ?? String(productState);
  return html`<span class="tag ${productState === 0 ? "good" : "warn"}">${name}</span>`;
}

function productFields({ productGroups }: Administration, row: ProductRow): Html {
  const groups = [...productGroups.values()].map(({ name, value }) => ({
    name,
    value: `${name} – ${value}`,
  }));
  return html`${field("description", { label: "Omschrijving", value: row.description, max: 60 })}
    ${field("shortName", { label: "Zoekcode", value: row.shortName, max: 8 })}
    ${choice("productGroupId", { label: "Artikelgroep", chosen: row.productGroupId, from: groups })}
    ${choice("productType", { label: "Soort", chosen: String(row.productType), from: NAME_VALUE_LISTS["producttypenvl"] ?? [] })}
    ${choice("productState", { label: "Status", chosen: String(row.productState), from: STATE_NAMES })}
    ${field("unit", { label: "Eenheid", value: row.unit, max: 6 })}
    ${field("quantityScale", { label: "Decimalen in aantal", value: String(row.quantityScale), max: 1 })}
    ${field("priceExclVat", { label: "Prijs excl. btw", value: dutchAmount(row.priceExclVat), max: 15 })}
    ${choice("vatCodeId", { label: "Btw", chosen: String(row.vatCodeId), from: NAME_VALUE_LISTS["vatcodenvl"] ?? [] })}
    ${field("eanCode", { label: "EAN-code", value: row.eanCode, max: 14 })}`;
}

function choice(
  id: string,
  { label, chosen, from }: { label: string; chosen: string; from: readonly NameValue[] },
): Html {
  const known = from.some(({ name }) => name === chosen);
  const options = known ? from : [{ name: chosen, value: chosen || "(geen)" }, ...from];
  return html`<label for="${id}">${label}</label><select id="${id}" name="${id}">
    ${options.map(({ name, value }) => html`<option value="${name}"${name === chosen && html` selected`}>${value}</option>`)}</select>`;
}
