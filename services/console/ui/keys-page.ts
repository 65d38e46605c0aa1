import { type Html, html } from "../../shared/html.ts";
import type { Key } from "../access/key-store.ts";
import { shownTime } from "../domain/local-time.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { texts } from "../page/texts.ts";

const KEYS = texts(
  {
    title: "Toegang voor programma's",
    intro:
      "Met een sleutel kan een ander programma van uw bedrijf werkbonnen insturen en de stand opvragen. Geef elk programma een eigen sleutel, dan kunt u ze los van elkaar stopzetten.",
    fresh: "Dit is de nieuwe sleutel. Kopieer hem nu: hij wordt niet nog eens getoond.",
    name: "Naam van het programma",
    make: "Sleutel maken",
    list: "Sleutels",
    none: "Er zijn nog geen sleutels.",
    made: "Gemaakt",
    used: "Laatst gebruikt",
    state: "Stand",
    never: "nog niet",
    by: "door",
    active: "in gebruik",
    ended: "stopgezet",
    end: "Stopzetten",
    confirm: "Weet u het zeker? Het programma dat deze sleutel gebruikt heeft dan geen toegang meer.",
    description: "Beschrijving voor wie het programma maakt",
  },
  {
    title: "Access for programs",
    intro:
      "With a key another program of your company can send in workorders and ask how things stand. Give each program a key of its own, so that you can end them one by one.",
    fresh: "This is the new key. Copy it now: it will not be shown again.",
    name: "Name of the program",
    make: "Make a key",
    list: "Keys",
    none: "There are no keys yet.",
    made: "Made",
    used: "Last used",
    state: "State",
    never: "not yet",
    by: "by",
    active: "in use",
    ended: "ended",
    end: "End",
    confirm: "Are you sure? The program that uses this key will have no access any more.",
    description: "Description for whoever makes the program",
  },
);

export type KeysPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly keys: readonly Key[];
  /** Value of a key that was made just now. */
  readonly fresh: string | null;
};

/** Keys of a tenant's programs. */
export function keysPage(given: KeysPage): Html {
  const { language, keys, fresh, session = null, tenant } = given;
  const t = KEYS[language];
  const root = `/tenants/${tenant.tenantId}/keys`;
  const row = (key: Key): Html => html`<tr><td>${key.name}</td>
<td class="time">${shownTime(key.createdAt, language)}<br><span class="soft small">${t.by} ${key.createdBy}</span></td>
<td class="time">${key.lastUsedAt === null ? t.never : shownTime(key.lastUsedAt, language)}</td>
<td>${
    key.revokedAt === null
      ? html`<span class="badge good">${t.active}</span>`
      : html`<span class="badge">${t.ended}</span>`
  }</td>
<td>${
    key.revokedAt === null &&
    html`<form method="post" action="${root}/${key.tokenId}/end" data-confirm="${t.confirm}">${csrfField(session)}<button class="plain">${t.end}<span class="hidden"> ${key.name}</span></button></form>`
  }</td></tr>`;
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1><p>${t.intro} <a href="/api">${t.description}</a></p>
${fresh !== null && html`<div class="notice good" role="status"><p>${t.fresh}</p><p><code>${fresh}</code></p></div>`}
<form class="card row end" method="post" action="${root}">${csrfField(session)}
<label>${t.name}<br><input name="name" required maxlength="80"></label><button>${t.make}</button></form>
<section class="card"><h2>${t.list}</h2>${
      keys.length === 0
        ? html`<p class="soft">${t.none}</p>`
        : html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">${t.name}</th><th scope="col">${t.made}</th><th scope="col">${t.used}</th><th scope="col">${t.state}</th><th><span class="hidden">${t.end}</span></th></tr></thead><tbody>${keys.map(row)}</tbody></table></div>`
    }</section>`,
  });
}
