import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { KEY_SCOPES, type Key, type KeyList } from "../access/key-store.ts";
import type { Session } from "../access/session-store.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { address, pageLinks } from "../page/paging.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import { KEYS } from "./texts.ts";

/** How many days a new key may last. */
export const KEY_DAYS = [30, 90, 365, 730] as const;

export type KeysPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly list: KeyList;
  /** Value of a key that was made just now. */
  readonly fresh: string | null;
};

/** Keys of a tenant's programs. */
export function keysPage(given: KeysPage): Html {
  const { language, list, fresh, session = null, tenant } = given;
  const t = KEYS[language];
  const root = `/tenants/${tenant.tenantId}/keys`;
  const hasPaused = list.rows.some(({ state }) => state === "paused");
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1><p>${t.intro} <a href="/api">${t.description}</a></p>
${fresh !== null && html`<div class="notice good" role="status"><p>${t.fresh}</p><p><code>${fresh}</code></p></div>`}
${hasPaused && html`<p class="notice warning" role="status">${t.pausedWhy}</p>`}
<form class="card row end" method="post" action="${root}">${csrfField(session)}
<label>${t.name}<br><input name="name" required maxlength="80"></label>
<fieldset><legend>${t.mayDo}</legend>${KEY_SCOPES.map(
      (scope) =>
        html`<label><input type="checkbox" name="scope" value="${scope}"${scope !== "operate" && html` checked`}> ${t.scopes[scope]}</label> `,
    )}<p class="hint">${t.operateHint}</p></fieldset>
<label>${t.lasts}<br><select name="days">${KEY_DAYS.map((days) => html`<option value="${days}"${days === 365 && html` selected`}>${t.days[days]}</option>`)}</select></label>
<button>${t.make}</button></form>
<section class="card"><h2>${t.list}</h2>${
      list.total === 0
        ? html`<p class="soft">${t.none}</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="${t.list}"><table><thead><tr>${[t.program, t.mayDo, t.made, t.until, t.used, t.state].map((name) => html`<th scope="col">${name}</th>`)}<th><span class="hidden">${t.end}</span></th></tr></thead><tbody>${list.rows.map((key) => keyRow(key, { root, language, session }))}</tbody></table></div>
${pageLinks(list, language, (number) => address(root, { page: number === 1 ? "" : number }))}`
    }</section>`,
  });
}

const BADGES = { active: " good", paused: " warning", expired: "", ended: "" } as const;

function keyRow(
  key: Key,
  {
    root,
    language,
    session,
  }: { readonly root: string; readonly language: Language; readonly session: Session | null },
): Html {
  const t = KEYS[language];
  const button = (act: string, text: string, confirm: string): Html =>
    html`<form method="post" action="${root}/${key.tokenId}/${act}" data-confirm="${confirm}">${csrfField(session)}<button class="plain">${text}<span class="hidden"> ${key.name}</span></button></form>`;
  return html`<tr><td class="name">${key.name} <span class="soft small">${key.tokenId}</span></td>
<td>${key.scopes.map((scope) => t.scopes[scope]).join(", ")}</td>
<td class="time">${shownTime(key.createdAt, language)}<br><span class="soft small">${t.by} ${key.createdBy}${key.holder !== null && html`<br>${t.takenOver} ${key.holder}`}</span></td>
<td class="time">${key.expiresAt === null ? t.endless : shownTime(key.expiresAt, language)}</td>
<td class="time">${key.lastUsedAt === null ? t.never : shownTime(key.lastUsedAt, language)}</td>
<td><span class="badge${BADGES[key.state]}">${t.states[key.state]}</span></td>
<td>${key.state === "paused" && button("take-over", t.takeOver, t.takeOverConfirm)}${key.state !== "ended" && button("end", t.end, t.confirm)}</td></tr>`;
}
