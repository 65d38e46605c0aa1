import { type Html, html } from "../../../services/shared/html.ts";
import { ROWS_PER_PAGE, type ShownState } from "./customers.ts";
import type { SimonTenant } from "./tenants.ts";

type Section = "customers" | "articles" | "workorders";

/** One page of the site; `refreshSeconds` loads it again after that time. */
export type Page = {
  readonly title: string;
  readonly content: Html;
  readonly within?: { readonly tenant: SimonTenant; readonly section: Section };
  readonly refreshSeconds?: number;
};

/** The whole document around the content of a page. */
export function pageMarkup({ title, content, within, refreshSeconds }: Page): string {
  return String(html`<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} – Simple-Simon (sandbox)</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><header class="bar"><a class="brand" href="/">Simple-Simon</a>
${within === undefined ? html`<span class="where">sandbox</span>` : navigation(within)}</header>
<main>${content}</main></body></html>`);
}

function navigation({ tenant, section }: NonNullable<Page["within"]>): Html {
  const link = (to: Section, label: string): Html =>
    html`<a href="${tenantUrl(tenant.tenantId, to)}"${to === section && html` aria-current="page"`}>${label}</a>`;
  return html`<span class="where">${tenant.name}</span>
    <nav>${link("workorders", "Werkbonnen")}${link("customers", "Klanten")}${link("articles", "Artikelen")}</nav>`;
}

/** The address of a page of a tenant, such as `/tenants/linde/customers/one?id=0017`. */
export function tenantUrl(
  tenantId: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `/tenants/${encodeURIComponent(tenantId)}/${path}${search === "" ? "" : `?${search}`}`;
}

const DONE: Readonly<Record<string, string>> = {
  added: "Toegevoegd.",
  saved: "Opgeslagen.",
  ready: "De werkbon is gereed gemeld.",
  archived: "De werkbon is gearchiveerd.",
  reopened: "De werkbon is weer open.",
};

/** What was just done and what is wrong with the last entry, above the content. */
export function notices({ done, fault }: { readonly done?: string; readonly fault?: string }): Html {
  const text = done === undefined || !Object.hasOwn(DONE, done) ? undefined : DONE[done];
  return html`${text !== undefined && html`<p class="notice good" role="status">${text}</p>`}
    ${fault !== undefined && html`<p class="notice bad" role="alert">${fault}</p>`}`;
}

export function searchForm({ action, text, hint }: { action: string; text: string; hint: string }): Html {
  return html`<form method="get" action="${action}" class="row" role="search">
    <input type="search" name="q" value="${text}" placeholder="${hint}" aria-label="${hint}">
    <button class="plain">Zoeken</button></form>`;
}

/** How many rows there are and which are shown, with links to the pages before and after. */
export function pager(list: { url: string; text: string; page: number; total: number }): Html {
  const { url, text, page, total } = list;
  const link = (to: number, label: string): Html =>
    html`<a href="${url}?${new URLSearchParams({ q: text, page: String(to) }).toString()}">${label}</a>`;
  const from = total === 0 ? 0 : (page - 1) * ROWS_PER_PAGE + 1;
  const until = Math.min(total, page * ROWS_PER_PAGE);
  return html`<p class="row soft small">${from} – ${until} van ${count(total)}
    ${page > 1 && link(page - 1, "← Vorige")} ${until < total && link(page + 1, "Volgende →")}</p>`;
}

/** A text field of a form with its label. */
export function field(input: {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly maxLength?: number;
  readonly required?: boolean;
}): Html {
  return html`<label for="${input.name}">${input.label}</label>
    <input id="${input.name}" name="${input.name}" value="${input.value ?? ""}" maxlength="${input.maxLength ?? 80}"${input.required === true && html` required`}>`;
}

const STATES: Readonly<Record<ShownState, readonly [string, string]>> = {
  active: ["good", "actief"],
  inactive: ["warn", "inactief in Unit4"],
  gone: ["bad", "verwijderd in Unit4"],
  unknown: ["warn", "status onbekend"],
};

/** What a customer or article is at this moment. */
export function stateTag({ state, origin }: { state: ShownState; origin: "unit4" | "simon" }): Html {
  if (origin === "simon") return html`<span class="tag">zelf toegevoegd</span>`;
  const [look, text] = STATES[state];
  return html`<span class="tag ${look}">${text}</span>`;
}

export const count = (value: number): string => value.toLocaleString("nl-NL");

const MOMENT = new Intl.DateTimeFormat("nl-NL", {
  timeZone: "Europe/Amsterdam",
  dateStyle: "medium",
  timeStyle: "short",
});
export const moment = (value: Date): string => MOMENT.format(value);
