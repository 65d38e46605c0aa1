import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { type Page, type PageTenant, page } from "../page/page.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { Said } from "./detail-queries.ts";
import { kindBadge, placeLink, recordPart } from "./list-page.ts";
import type { ListedMessage } from "./list-queries.ts";
import { MESSAGE } from "./message-texts.ts";
import { LOG } from "./texts.ts";

export type MessagePage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly message: ListedMessage;
  readonly said: readonly Said[];
};

/** One message: what to do about it, and each time that it was said. */
export function messagePage(given: MessagePage): Html {
  const { language, tenant, message, said } = given;
  const { code, kind, closedAt, count } = message;
  const t = LOG[language];
  const own = MESSAGE[language];
  const { text, action } = renderMessage(code, message.params, language);
  const facts = [
    [t.table, t.tables[message.table]],
    [t.record, recordPart(message, tenant)],
    [t.recordId, message.recordId === "*" ? own.whole : message.recordId],
    [t.time, shownTime(message.lastAt, language)],
    [t.firstTime, shownTime(message.firstAt, language)],
    [t.count, shownCount(count, language)],
    [own.code, code],
  ] as const;
  const state = kind !== "info" && closedAt === null && html` <span class="soft">${t.open}</span>`;
  return page({
    ...given,
    title: own.title,
    content: html`<p><a href="/tenants/${tenant.tenantId}/log">${own.back}</a></p>
<section class="card"><h1>${text}</h1><p>${kindBadge(message, language)}${state}</p>
${action !== "" && html`<p><strong>${t.action}:</strong> ${action} ${closedAt === null && placeLink(message, language, tenant)}</p>`}
<dl class="facts">${facts.filter(([, value]) => value !== "").map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>
<section class="card"><h2>${own.said}</h2>${said.length < count && html`<p class="soft">${own.latest(shownCount(said.length, language), shownCount(count, language))}</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="${own.said}"><table><thead><tr>${[t.time, own.params, own.service, own.correlation].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${said.map((one) => saidRow(one, given))}</tbody></table></div></section>`,
  });
}

function saidRow({ at, params, service, correlationId }: Said, { language }: MessagePage): Html {
  const names: Readonly<Record<string, string>> = MESSAGE[language].names;
  const facts = Object.entries(params).map(
    ([name, value]) => html`<div>${Object.hasOwn(names, name) ? names[name] : name}: ${value}</div>`,
  );
  return html`<tr><td class="time">${shownTime(at, language)}</td><td class="words">${facts}</td><td>${service}</td><td>${correlationId}</td></tr>`;
}
