import { type Html, html } from "../../../../services/shared/html.ts";
import type { Administration } from "../administration/administration.ts";
import type { AddressRow } from "../rows/address-row.ts";
import type { CustomerRow } from "../rows/customer-row.ts";
import { NAME_VALUE_LISTS } from "../rows/lookups.ts";
import { doneNotice, pageMarkup, pager, ROWS_PER_PAGE, searchForm, siteUrl } from "../site/site-page.ts";

/** What a form page shows besides the row: what was just done, and what is wrong with the last entry. */
export type FormState = Readonly<{ done?: string | undefined; fault?: string | undefined }>;

/** The customers that have `text` in number, name, short name or place, `page` counted from 1. */
export function customersPage(
  administration: Administration,
  { text, page, done }: { text: string; page: number; done: string | undefined },
): string {
  const { database } = administration;
  const url = siteUrl(database, "customers");
  const found = administration.customersById.filter((row) => matches(row, text.toLowerCase()));
  const shown = found.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE);
  return pageMarkup({
    title: "Debiteuren",
    within: { administration: administration.options, section: "customers" },
    content: html`<div class="row"><h1>Debiteuren</h1><a class="button right" href="${siteUrl(database, "customers/new")}">Nieuwe debiteur</a></div>
      ${doneNotice(done)}${searchForm({ action: url, text, hint: "Nummer, naam of plaats" })}
      ${pager({ url, text, page, total: found.length })}
      <section class="card scroll"><table>
        <thead><tr><th>Nummer</th><th>Naam</th><th>Adres</th><th>Plaats</th><th>Status</th><th>Gewijzigd</th></tr></thead>
        <tbody>${shown.map((row) => tableRow(database, row))}</tbody></table></section>`,
  });
}

/** One customer with the forms to change it. */
export function customerPage(administration: Administration, row: CustomerRow, state: FormState): string {
  const address = (path: string) =>
    siteUrl(administration.database, `customers/${path}`, { id: row.customerId });
  const passive = row.customerStateId === "P";
  return pageMarkup({
    title: row.name,
    within: { administration: administration.options, section: "customers" },
    content: html`<div class="row"><h1>${row.name}</h1>${stateTag(row)}</div>
      ${notices(state)}
      <section class="card"><h2>Debiteur ${row.customerId}</h2>
        <form method="post" action="${address("change")}" class="fields">${customerFields(row)}
          <div class="actions"><button>Opslaan</button></div></form>
        <p class="soft small">Aangemaakt ${row.dateCreated || "onbekend"}, gewijzigd ${row.dateChanged || "onbekend"}, organisatie ${row.organizationId}.</p></section>
      ${invoiceAddressCard(administration.invoiceAddress(row.organizationId), address)}
      <section class="card row">
        <form method="post" class="inline" action="${address("state")}"><button class="plain" name="state" value="${passive ? "A" : "P"}">${passive ? "Actief maken" : "Passief maken"}</button></form>
        <form method="post" class="inline" action="${address("delete")}"><button class="danger">Debiteur verwijderen</button></form></section>`,
  });
}

/** The form for a new customer, filled with what was entered if that was refused. */
export function newCustomerPage(administration: Administration, row: CustomerRow, state: FormState): string {
  return pageMarkup({
    title: "Nieuwe debiteur",
    within: { administration: administration.options, section: "customers" },
    content: html`<h1>Nieuwe debiteur</h1>${notices(state)}
      <section class="card"><form method="post" action="${siteUrl(administration.database, "customers/new")}" class="fields">
        <label for="customerId">Nummer</label><input id="customerId" name="customerId" maxlength="8" required value="${row.customerId}">
        ${customerFields(row)}<div class="actions"><button>Toevoegen</button></div></form></section>`,
  });
}

/** What was done and what is wrong, above a form. */
export function notices({ done, fault }: FormState): Html {
  return html`${doneNotice(done)}${fault !== undefined && html`<p class="notice bad" role="alert">${fault}</p>`}`;
}

function matches(row: CustomerRow, text: string): boolean {
  return [row.customerId, row.name, row.shortName, row.city].some((value) =>
    value.toLowerCase().includes(text),
  );
}

function tableRow(database: string, row: CustomerRow): Html {
  return html`<tr><td class="nowrap code"><a href="${siteUrl(database, "customers/one", { id: row.customerId })}">${row.customerId}</a></td>
    <td>${row.name}</td><td>${row.street1}</td><td>${row.city}</td><td>${stateTag(row)}</td><td class="nowrap">${row.dateChanged}</td></tr>`;
}

function stateTag({ customerStateId }: CustomerRow): Html {
  return customerStateId === "P"
    ? html`<span class="tag warn">passief</span>`
    : html`<span class="tag good">actief</span>`;
}

function customerFields(row: CustomerRow): Html {
  return html`${field("name", { label: "Naam", value: row.name, max: 40 })}
    ${field("shortName", { label: "Zoekcode", value: row.shortName, max: 8 })}
    ${field("contactPerson", { label: "Contactpersoon", value: row.contactPerson, max: 55 })}
    ${addressFields(row)}
    ${field("telephone", { label: "Telefoon", value: row.telephone, max: 25 })}
    ${field("mobilePhone", { label: "Mobiel", value: row.mobilePhone, max: 25 })}
    ${field("email", { label: "E-mail", value: row.email, max: 60 })}
    <label for="paymentConditionId">Betalingsconditie</label><select id="paymentConditionId" name="paymentConditionId">
      ${NAME_VALUE_LISTS["paymentconditionnvl"]?.map(({ name, value }) => html`<option value="${name}"${name === row.paymentConditionId && html` selected`}>${value}</option>`)}</select>`;
}

function addressFields(row: Pick<CustomerRow, "street1" | "street2" | "zipCode" | "city">): Html {
  return html`${field("street1", { label: "Straat en nummer", value: row.street1, max: 40 })}
    ${field("street2", { label: "Tweede adresregel", value: row.street2, max: 40 })}
    ${field("zipCode", { label: "Postcode", value: row.zipCode, max: 10 })}
    ${field("city", { label: "Plaats", value: row.city, max: 30 })}`;
}

function invoiceAddressCard(row: AddressRow | undefined, address: (path: string) => string): Html {
  const blank = { name: "", street1: "", street2: "", zipCode: "", city: "" };
  const shown = row ?? blank;
  return html`<section class="card"><h2>Factuuradres</h2>
    ${row === undefined && html`<p class="soft">Deze debiteur heeft geen eigen factuuradres.</p>`}
    <form method="post" action="${address("invoice-address")}" class="fields">
      ${field("invoiceName", { label: "Naam", value: shown.name, max: 40, name: "name" })}
      ${["street1", "street2", "zipCode", "city"].map((name) => field(`invoice-${name}`, { label: INVOICE_LABELS.get(name) ?? "", value: String(Reflect.get(shown, name)), max: name === "zipCode" ? 10 : 40, name }))}
      <div class="actions"><button>Factuuradres opslaan</button>
        ${row !== undefined && html`<button class="danger" name="remove" value="1">Factuuradres weghalen</button>`}</div></form></section>`;
}

const INVOICE_LABELS = new Map([
  ["street1", "Straat of postbus"],
  ["street2", "Tweede adresregel"],
  ["zipCode", "Postcode"],
  ["city", "Plaats"],
]);

/** A label with its input; `id` is also the name that is posted unless `name` is given. */
export function field(
  id: string,
  { label, value, max, name = id }: { label: string; value: string; max: number; name?: string },
): Html {
  return html`<label for="${id}">${label}</label><input id="${id}" name="${name}" maxlength="${max}" value="${value}">`;
}
