import { type Html, html } from "../../../../services/shared/html.ts";
import type { AdministrationOptions } from "../administration/administration.ts";

/** The parts of the site for one administration. */
type Section = "customers" | "products" | "orders";

/** One page of the site; `refresh` loads another address, or the same again, after some seconds. */
export type Page = Readonly<{
  title: string;
  content: Html;
  within?: Readonly<{ administration: AdministrationOptions; section: Section }>;
  refresh?: Readonly<{ seconds: number; url: string }>;
}>;

/** The whole document around the content of a page. */
export function pageMarkup({ title, content, within, refresh }: Page): string {
  return String(html`<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${refresh !== undefined && html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}">`}
<title>${title} – Multivers (sandbox)</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><header class="bar"><a class="brand" href="/">Multivers</a>
${within === undefined ? html`<span class="where">sandbox</span>` : navigation(within)}</header>
<main>${content}</main></body></html>`);
}

/** The address of a section, or of something in it: `/sandbox/MVL00042/customers?id=0017`. */
export function siteUrl(
  database: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `/sandbox/${database}/${path}${search === "" ? "" : `?${search}`}`;
}

/** A line above the content that says what was just done, if the address asks for it. */
export function doneNotice(done: string | undefined): Html | false {
  const text = DONE.get(done ?? "");
  return text !== undefined && html`<p class="notice good" role="status">${text}</p>`;
}

/** A search box and, for long lists, the way to the other pages. */
export function searchForm({ action, text, hint }: { action: string; text: string; hint: string }): Html {
  return html`<form method="get" action="${action}" class="row" role="search">
    <input type="search" name="q" value="${text}" placeholder="${hint}" aria-label="${hint}">
    <button class="plain">Zoeken</button></form>`;
}

/** How many rows there are and which of them are shown, with links to the pages before and after. */
export function pager({
  url,
  text,
  page,
  total,
}: {
  url: string;
  text: string;
  page: number;
  total: number;
}): Html {
  const link = (to: number, label: string) =>
    html`<a href="${url}?${new URLSearchParams({ q: text, page: String(to) }).toString()}">${label}</a>`;
  const from = total === 0 ? 0 : (page - 1) * ROWS_PER_PAGE + 1;
  const until = Math.min(total, page * ROWS_PER_PAGE);
  return html`<p class="row soft small">${from} – ${until} van ${total}
    ${page > 1 && link(page - 1, "← Vorige")} ${until < total && link(page + 1, "Volgende →")}</p>`;
}

/** Rows on one page of a list. */
export const ROWS_PER_PAGE = 50;

const DONE = new Map([
  ["saved", "Opgeslagen."],
  ["added", "Toegevoegd."],
  ["deleted", "Verwijderd."],
  ["invoiced", "De order is gefactureerd en staat niet meer open."],
]);

function navigation({
  administration,
  section,
}: {
  administration: AdministrationOptions;
  section: Section;
}): Html {
  const link = (to: Section, label: string) =>
    html`<a href="${siteUrl(administration.database, to)}"${to === section && html` aria-current="page"`}>${label}</a>`;
  return html`<span class="where">${administration.name} · ${administration.database}</span>
    <nav>${link("customers", "Debiteuren")}${link("products", "Artikelen")}${link("orders", "Orders")}</nav>`;
}
