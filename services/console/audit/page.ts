import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { type Page, page } from "../page/page.ts";
import { address } from "../page/paging.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { AuditChoice, AuditPage, AuditRow } from "./queries.ts";
import { AUDIT, actName, actText, KNOWN_ACTS } from "./texts.ts";

/** What people did: of all tenants for operators, of one tenant for its own people. */
export function auditPage(
  given: Omit<Page, "title" | "content"> & { readonly list: AuditPage; readonly choice: AuditChoice },
): Html {
  const { language, list, choice, tenant } = given;
  const t = AUDIT[language];
  const path = tenant === undefined ? "/operator/audit" : `/tenants/${tenant.tenantId}/audit`;
  const title = tenant === undefined ? t.title : t.tenantTitle;
  const isForAll = tenant === undefined;
  return page({
    ...given,
    title,
    content: html`<h1>${title}</h1>${filterForm({ path, choice, language, isForAll })}
<section class="card">${list.rows.length === 0 ? html`<p class="soft">${t.none}</p>` : actTable(list.rows, { language, isForAll, path })}
<nav class="pages" aria-label="${t.pages}">${choice.before !== null && html`<a href="${listAddress(path, choice, isForAll, null)}">${t.newest}</a>`}
${list.older !== null && html`<a href="${listAddress(path, choice, isForAll, list.older)}" rel="next">${t.older}</a>`}</nav></section>`,
  });
}

function actTable(
  rows: readonly AuditRow[],
  {
    language,
    isForAll,
    path,
  }: { readonly language: Language; readonly isForAll: boolean; readonly path: string },
): Html {
  const t = AUDIT[language];
  const row = ({ at, tenantId, act, details, ...who }: AuditRow): Html =>
    html`<tr><td class="time">${shownTime(at, language)}</td><td class="name">${actorPart(who, { path, language })}</td>${isForAll && html`<td class="code">${tenantId !== null && html`<a href="/tenants/${tenantId}">${tenantId}</a>`}</td>`}
<td class="name">${actText(act, details, language)}<details><summary class="soft small">${t.details}</summary><pre class="small">${act} ${JSON.stringify(details, null, 2)}</pre></details></td></tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${t.list}"><table><caption class="hidden">${t.list}</caption><thead><tr>
<th scope="col">${t.at}</th><th scope="col">${t.who}</th>${isForAll && html`<th scope="col">${t.where}</th>`}<th scope="col">${t.what}</th></tr></thead><tbody>${rows.map(row)}</tbody></table></div>`;
}

/** What the actor was and which one, before the name: the name alone could be anybody's. */
function actorPart(
  { actorKind, actorId, by }: Pick<AuditRow, "actorKind" | "actorId" | "by">,
  { path, language }: { readonly path: string; readonly language: Language },
): Html {
  const t = AUDIT[language];
  const which = actorId === null ? t.kinds[actorKind] : `${t.kinds[actorKind]} ${actorId}`;
  const all =
    actorId !== null && address(path, { actor: actorText(actorKind === "key" ? "key" : "user", actorId) });
  return html`<span class="badge${actorKind === "key" && " info"}">${which}</span> ${all === false ? by : html`<a href="${all}">${by}</a>`}`;
}

const actorText = (kind: "user" | "key", id: number): string => `${kind}-${id}`;

function filterForm(given: {
  readonly path: string;
  readonly choice: AuditChoice;
  readonly language: Language;
  readonly isForAll: boolean;
}): Html {
  const { path, choice, language, isForAll } = given;
  const t = AUDIT[language];
  const acts =
    KNOWN_ACTS.includes(choice.act) || choice.act === "" ? KNOWN_ACTS : [choice.act, ...KNOWN_ACTS];
  return html`<form class="card row end" method="get" action="${path}" role="search">
${isForAll && html`<label>${t.tenant}<br><input name="tenant" value="${choice.tenantId}" maxlength="63"></label>`}
<label>${t.by}<br><input name="by" value="${choice.by}" maxlength="200"></label>
<label>${t.act}<br><select name="act"><option value="">${t.all}</option>${acts.map((act) => html`<option value="${act}"${act === choice.act && html` selected`}>${actName(act, language)}</option>`)}</select></label>
<label>${t.from}<br><input type="date" name="from" value="${choice.from}"></label>
<label>${t.to}<br><input type="date" name="to" value="${choice.to}"></label>
${choice.actor !== null && html`<input type="hidden" name="actor" value="${actorText(choice.actor.kind, choice.actor.id)}"><p class="hint">${t.only} ${t.kinds[choice.actor.kind]} ${choice.actor.id}</p>`}
<button>${t.show}</button> <a href="${path}">${t.clear}</a></form>`;
}

const listAddress = (
  path: string,
  { tenantId, by, actor, act, from, to }: AuditChoice,
  isForAll: boolean,
  before: number | null,
): string =>
  address(path, {
    ...{ tenant: isForAll ? tenantId : "", by, act, from, to, before },
    actor: actor === null ? "" : actorText(actor.kind, actor.id),
  });
