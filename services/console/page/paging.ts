import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownCount } from "../parts/domain/local-time.ts";
import { texts } from "./texts.ts";

const PAGING = texts(
  {
    pages: "Bladeren",
    previous: "Vorige",
    next: "Volgende",
    where: (page: string, pages: string, total: string) => `Pagina ${page} van ${pages}, ${total} in totaal`,
  },
  {
    pages: "Pages",
    previous: "Previous",
    next: "Next",
    where: (page: string, pages: string, total: string) => `Page ${page} of ${pages}, ${total} in all`,
  },
);

/** Links to the pages before and after, and where one is. @param address path of a page by its number */
export function pageLinks(
  list: { readonly page: number; readonly pages: number; readonly total: number },
  language: Language,
  address: (page: number) => string,
): Html {
  const t = PAGING[language];
  const { page, pages, total } = list;
  const where = t.where(shownCount(page, language), shownCount(pages, language), shownCount(total, language));
  return html`<nav class="pages" aria-label="${t.pages}">${page > 1 && html`<a href="${address(page - 1)}" rel="prev">${t.previous}</a>`}
<span class="soft">${where}</span>${page < pages && html`<a href="${address(page + 1)}" rel="next">${t.next}</a>`}</nav>`;
}

/** A path with its query; members that are empty are left out. */
export function address(path: string, query: Readonly<Record<string, string | number | null>>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== "" && value !== null) text.set(name, String(value));
  return text.size === 0 ? path : `${path}?${text}`;
}
