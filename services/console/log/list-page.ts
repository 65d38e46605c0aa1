import { type Language, renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { type Page, type PageTenant, page } from "../page/page.ts";
import { address, pageLinks } from "../page/paging.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { DeadLetter } from "./dead-letter-queries.ts";
import { filterQuery, MESSAGE_TABLES, type MessageFilter } from "./domain/message-filter.ts";
import { messageLink, workorderLink } from "./domain/message-link.ts";
import type { ListedMessage, MessageList } from "./list-queries.ts";
import { LOG } from "./texts.ts";

export type LogPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly filter: MessageFilter;
  readonly list: MessageList;
  readonly isLive: boolean;
  /** null for people of the tenant: these are for operators. */
  readonly deadLetters: readonly DeadLetter[] | null;
};

/** The log: what happened and what to do about it (rules L1–L6). */
export function logPage(given: LogPage): Html {
  const { language, list, isLive, deadLetters } = given;
  const t = LOG[language];
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${filterForm(given)}${tools(given)}
<p id="log-total" class="soft" role="status">${totalText(list, language)}</p>
<div${isLive && html` hx-ext="sse" sse-connect="${address(`${rootOf(given)}/events`, filterQuery(given.filter))}" sse-swap="log"`}>${logPiece(given)}</div>
${deadLetters !== null && deadLetters.length > 0 && deadLetterList(deadLetters, language)}`,
  });
}

type Piece = Pick<LogPage, "language" | "tenant" | "filter" | "list" | "isLive">;

/** The list alone. */
function logPiece({ language, tenant, filter, list, isLive }: Piece): Html {
  const t = LOG[language];
  if (list.total === 0) return html`<p class="card soft">${t.none}</p>`;
  const head = [t.time, t.table, t.kind, t.message, t.action, t.record];
  return html`<section class="card"><div class="scroll" tabindex="0" role="region" aria-label="${t.title}"><table class="stack" role="table">
<caption class="hidden">${t.title}</caption><thead role="rowgroup"><tr role="row">${head.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${list.rows.map((message) => messageRow(message, language, tenant))}</tbody></table></div>
${!isLive && pageLinks(list, language, (number) => address(rootOf({ tenant }), { ...filterQuery(filter), page: number }))}</section>`;
}

/** What a live page swaps in: the list, and its number where it is read out. */
export const livePiece = (given: Piece): Html =>
  html`<p id="log-total" hx-swap-oob="innerHTML">${totalText(given.list, given.language)}</p>${logPiece(given)}`;

const rootOf = ({ tenant }: Pick<LogPage, "tenant">): string => `/tenants/${tenant.tenantId}/log`;

const totalText = ({ total }: MessageList, language: Language): string =>
  LOG[language].total(shownCount(total, language), total === 1);

function filterForm(given: LogPage): Html {
  const { language, filter, isLive } = given;
  const t = LOG[language];
  const option = (value: string, label: string, chosen: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`;
  return html`<form class="card row end" method="get" action="${rootOf(given)}">
<label>${t.kind}<br><select name="kind">${option("", t.all, filter.kind)}${Object.entries(t.kinds).map(([value, label]) => option(value, label, filter.kind))}</select></label>
<label>${t.table}<br><select name="table">${option("", t.all, filter.table)}${MESSAGE_TABLES.map((table) => option(table, t.tables[table], filter.table))}</select></label>
<label>${t.state}<br><select name="state">${Object.entries(t.states).map(([value, label]) => option(value, label, filter.state))}</select></label>
<label>${t.from}<br><input type="date" name="from" value="${filter.from}"></label>
<label>${t.to}<br><input type="date" name="to" value="${filter.to}"></label>
<label>${t.search}<br><input type="search" name="q" value="${filter.search}" maxlength="200" placeholder="${t.searchHint}" size="34"></label>
${isLive && html`<input type="hidden" name="live" value="1">`}<button>${t.filter}</button><a href="${rootOf(given)}">${t.reset}</a></form>`;
}

function tools(given: LogPage): Html {
  const { language, filter, isLive } = given;
  const t = LOG[language];
  const query = filterQuery(filter);
  const live = address(rootOf(given), { ...query, live: "1" });
  const follow = isLive
    ? html`<a class="button plain" href="${address(rootOf(given), query)}">${t.stopLive}</a><a href="${live}">${t.refresh}</a><span class="soft">${t.liveOn}</span>`
    : html`<a class="button plain" href="${live}">${t.live}</a>`;
  return html`<p class="row">${follow}<a class="button plain" href="${address(`${rootOf(given)}.csv`, query)}">${t.export}</a></p>`;
}

/**
 * Links have an id, so that the keyboard stays where it is while the list follows what happens; roles are told since
 * a narrow screen shows cells as blocks.
 */
function messageRow(message: ListedMessage, language: Language, tenant: PageTenant): Html {
  const t = LOG[language];
  const { id, kind, table, closedAt, count } = message;
  const { text, action } = renderMessage(message.code, message.params, language);
  const first = shownTime(message.firstAt, language);
  const link = closedAt === null ? placeLink(message, language, tenant) : null;
  return html`<tr role="row" class="${kind}${closedAt !== null && " closed"}"><td role="cell" class="time">${shownTime(message.lastAt, language)}${count > 1 && html`<br><span class="soft small">${t.times(shownCount(count, language), first)}</span>`}</td>
<td role="cell" class="code">${t.tables[table]}</td><td role="cell">${kindBadge(message, language)}</td>
<td role="cell" class="words">${text} <a id="m${id}" href="${rootOf({ tenant })}/${id}">${t.details}<span class="hidden"> ${text}</span></a></td>
<td role="cell" class="words">${action}${link !== null && html` ${link}`}</td><td role="cell" class="record">${recordPart(message, tenant)}</td></tr>`;
}

/** Kind and, where its cause is gone, since when. */
export function kindBadge({ kind, closedAt }: ListedMessage, language: Language): Html {
  const t = LOG[language];
  if (closedAt === null) return html`<span class="badge ${kind}">${t.kinds[kind]}</span>`;
  return html`<span class="badge">${t.kinds[kind]}</span><br><span class="small soft">${t.solved(shownTime(closedAt, language))}</span>`;
}

/** The way to where a message's cause is mended. */
export function placeLink(message: ListedMessage, language: Language, tenant: PageTenant): Html | null {
  const link = messageLink(message);
  return (
    link &&
    html`<a id="p${message.id}" href="/tenants/${tenant.tenantId}${link.path}">${LOG[language].places[link.place]}<span class="hidden"> ${message.recordName}</span></a>`
  );
}

/** The record that a message is about; nothing where it is about all of its table. */
export function recordPart(
  { id, table, recordId, recordName }: ListedMessage,
  tenant: PageTenant,
): Html | string {
  const name = recordName || (recordId === "*" ? "" : recordId);
  const link = table === "workorder" ? workorderLink(recordId) : null;
  return link === null
    ? name
    : html`<a id="r${id}" href="/tenants/${tenant.tenantId}${link.path}">${name}</a>`;
}

function deadLetterList(letters: readonly DeadLetter[], language: Language): Html {
  const t = LOG[language];
  const row = (one: DeadLetter): Html =>
    html`<tr><td class="time">${shownTime(one.failedAt, language)}</td><td class="words">${one.topic} ${one.partition}/${one.offset}<br><span class="soft small">${one.group}</span></td>
<td>${one.key}</td><td class="words">${one.reason}: ${one.detail}<br><span class="soft small">${shownCount(one.valueBytes, language)} ${t.bytes}</span></td></tr>`;
  return html`<section class="card" id="dead-letters"><h2>${t.deadLetters}</h2><p class="soft">${t.deadLettersLatest}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t.deadLetters}"><table><thead><tr>${[t.time, t.position, t.key, t.reason].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${letters.map(row)}</tbody></table></div></section>`;
}
