import type { Language } from "../../shared/domain/message-catalogue.ts";
import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownCount, shownTime } from "../domain/local-time.ts";
import { filterQuery, MESSAGE_TABLES, type MessageFilter } from "../domain/message-filter.ts";
import { messageLink } from "../domain/message-link.ts";
import type { DeadLetter, ListedMessage, MessageList, Said } from "../queries/message-list.ts";
import { LOG } from "./log-texts.ts";
import { type Page, type PageTenant, page } from "./page.ts";
import { address, pageLinks } from "./paging.ts";

export type LogPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly filter: MessageFilter;
  readonly list: MessageList;
  readonly isLive: boolean;
  /** null for people of the tenant: these are for operators. */
  readonly deadLetters: readonly DeadLetter[] | null;
};

const KIND_BADGE = { info: "info", warning: "warning", error: "error" } as const;

/** The log: what happened and what to do about it (rules L1–L6). */
export function logPage(given: LogPage): Html {
  const { language, tenant, filter, isLive, deadLetters } = given;
  const t = LOG[language];
  const root = `/tenants/${tenant.tenantId}/log`;
  const query = filterQuery(filter);
  const live = address(root, { ...query, live: isLive ? "" : "1" });
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${filterForm(given)}
<p class="row"><a class="button plain" href="${live}">${isLive ? t.stopLive : t.live}</a>
<a class="button plain" href="${address(`${root}.csv`, query)}">${t.exportAll}</a>${isLive && html`<span class="soft" role="status">${t.liveOn}</span>`}</p>
<div${isLive && html` hx-ext="sse" sse-connect="${address(`${root}/events`, query)}" sse-swap="log" aria-live="polite"`}>${logPiece(given)}</div>
${deadLetters !== null && deadLetters.length > 0 && deadLetterList(deadLetters, language)}`,
  });
}

function filterForm({ language, tenant, filter }: LogPage): Html {
  const t = LOG[language];
  const option = (value: string, label: string, chosen: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`;
  return html`<form class="card row end" method="get" action="/tenants/${tenant.tenantId}/log">
<label>${t.kind}<br><select name="kind">${option("", t.all, filter.kind)}${Object.entries(t.kinds).map(([value, label]) => option(value, label, filter.kind))}</select></label>
<label>${t.table}<br><select name="table">${option("", t.all, filter.table)}${MESSAGE_TABLES.map((table) => option(table, t.tables[table], filter.table))}</select></label>
<label>${t.state}<br><select name="state">${Object.entries(t.states).map(([value, label]) => option(value, label, filter.state))}</select></label>
<label>${t.from}<br><input type="date" name="from" value="${filter.from}"></label><label>${t.to}<br><input type="date" name="to" value="${filter.to}"></label>
<label>${t.search}<br><input name="q" value="${filter.search}" maxlength="200" placeholder="${t.searchHint}"></label>
<button>${t.filter}</button><a href="/tenants/${tenant.tenantId}/log">${t.reset}</a></form>`;
}

/** The list alone: what a live page swaps in. */
export function logPiece({
  language,
  tenant,
  filter,
  list,
  isLive,
}: Pick<LogPage, "language" | "tenant" | "filter" | "list" | "isLive">): Html {
  const t = LOG[language];
  const root = `/tenants/${tenant.tenantId}/log`;
  if (list.total === 0) return html`<p class="card soft">${t.none}</p>`;
  const head = [t.time, t.table, t.kind, t.message, t.action, t.record];
  return html`<section class="card"><div class="scroll" tabindex="0" role="region" aria-label="${t.title}"><table>
<caption class="hidden">${t.title}</caption><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${list.rows.map((message) => messageRow(message, language, tenant))}</tbody></table></div>
${isLive ? html`<p class="soft">${shownCount(list.total, language)} ${t.total}</p>` : pageLinks(list, language, (number) => address(root, { ...filterQuery(filter), page: number }))}</section>`;
}

function messageRow(message: ListedMessage, language: Language, tenant: PageTenant): Html {
  const t = LOG[language];
  const root = `/tenants/${tenant.tenantId}`;
  const { kind, table, params, code, closedAt, count } = message;
  const { text, action } = renderMessage(code, params, language);
  const link = messageLink(message);
  const isClosed = closedAt !== null;
  const first = shownTime(message.firstAt, language);
  return html`<tr class="${kind}${isClosed && " closed"}"><td class="time">${shownTime(message.lastAt, language)}${count > 1 && html`<br><span class="soft small">${t.times(shownCount(count, language), first)}</span>`}</td>
<td>${t.tables[table]}</td><td><span class="badge ${isClosed ? "" : KIND_BADGE[kind]}">${t.kinds[kind]}</span>${isClosed && html`<br><span class="badge good">${t.solved}</span> <span class="soft small">${shownTime(closedAt, language)}</span>`}</td>
<td><a class="quiet" href="${root}/log/${message.id}">${text}</a></td><td>${action}${link !== null && !isClosed && html` <a href="${root}${link}">${t.toCause}</a>`}</td>
<td>${message.recordName || (message.recordId === "*" ? "" : message.recordId)}</td></tr>`;
}

function deadLetterList(letters: readonly DeadLetter[], language: Language): Html {
  const t = LOG[language];
  return html`<section class="card"><h2>${t.deadLetters}</h2><div class="scroll" tabindex="0" role="region" aria-label="${t.deadLetters}"><table><thead><tr><th scope="col">${t.time}</th><th scope="col">${t.position}</th><th scope="col">${t.reason}</th></tr></thead>
<tbody>${letters.map((one) => html`<tr><td class="time">${shownTime(one.failedAt, language)}</td><td>${one.topic} ${one.partition}/${one.offset} (${one.group})</td><td>${one.reason}: ${one.detail}</td></tr>`)}</tbody></table></div></section>`;
}

/** One message with every time it was said. */
export function messagePage(
  given: Omit<LogPage, "filter" | "list" | "isLive" | "deadLetters"> & {
    readonly message: ListedMessage;
    readonly said: readonly Said[];
  },
): Html {
  const { language, tenant, message, said } = given;
  const t = LOG[language];
  const { text, action } = renderMessage(message.code, message.params, language);
  const root = `/tenants/${tenant.tenantId}`;
  const link = messageLink(message);
  const { closedAt } = message;
  return page({
    ...given,
    title: t.detailTitle,
    content: html`<p><a href="${root}/log">${t.back}</a></p><section class="card"><h1>${text}</h1>
<p><span class="badge ${KIND_BADGE[message.kind]}">${t.kinds[message.kind]}</span> ${
      closedAt === null
        ? t.open
        : html`<span class="badge good">${t.solved}</span> ${shownTime(closedAt, language)}`
    }</p>
${action !== "" && html`<p><strong>${t.action}:</strong> ${action}${link !== null && html` <a href="${root}${link}">${t.toCause}</a>`}</p>`}
<dl class="facts"><dt>${t.table}</dt><dd>${t.tables[message.table]}</dd><dt>${t.record}</dt><dd>${message.recordName} ${message.recordId !== "*" && html`<span class="soft">${message.recordId}</span>`}</dd>
${Object.entries(message.params).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>
<section class="card"><h2>${t.said}</h2><div class="scroll" tabindex="0" role="region" aria-label="${t.said}"><table><thead><tr><th scope="col">${t.time}</th><th scope="col">${t.service}</th><th scope="col">${t.correlation}</th></tr></thead>
<tbody>${said.map((one) => html`<tr><td class="time">${shownTime(one.at, language)}</td><td>${one.service}</td><td>${one.correlationId}</td></tr>`)}</tbody></table></div></section>`,
  });
}

/** A message as a line of the export: the texts and times of the screen. */
export function exportCells(message: ListedMessage, language: Language): readonly string[] {
  const t = LOG[language];
  const { text, action } = renderMessage(message.code, message.params, language);
  const { closedAt } = message;
  return [
    shownTime(message.lastAt, language),
    shownTime(message.firstAt, language),
    String(message.count),
    t.tables[message.table],
    t.kinds[message.kind],
    text,
    action,
    message.recordId === "*" ? "" : message.recordId,
    message.recordName,
    closedAt === null ? t.open : `${t.solved} ${shownTime(closedAt, language)}`,
  ];
}
