import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { type Page, page } from "../page/page.ts";
import { address, pageLinks } from "../page/paging.ts";
import { shownCount, shownSpan, shownTime } from "../parts/domain/local-time.ts";
import type { PlatformFigures } from "./figure-queries.ts";
import {
  TENANT_PROBLEMS,
  TENANT_SORTS,
  TENANT_STATES,
  type TenantChoice,
  type TenantList,
  type TenantRow,
  type TenantSort,
} from "./queries.ts";
import { TENANTS } from "./texts.ts";

export type TenantsPage = Omit<Page, "title" | "content"> & {
  readonly figures: PlatformFigures;
  readonly list: TenantList;
  readonly choice: TenantChoice;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
};

const PATH = "/operator";
const NUMBERS: ReadonlySet<TenantSort> = new Set(["waiting", "errors", "warnings"]);
/** What is worst or latest stands first at the first click. */
const DOWN_FIRST: ReadonlySet<TenantSort> = new Set(["waiting", "errors", "warnings", "written"]);

/** All tenants, for operators. */
export function tenantsPage(given: TenantsPage): Html {
  const { language, list, choice } = given;
  const t = TENANTS[language];
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${figuresPart(given)}${filterForm(choice, language)}
${
  list.total === 0
    ? html`<p class="card soft">${t.none}</p>`
    : html`<section class="card"><div class="scroll" tabindex="0" role="region" aria-label="${t.list}"><table>
<caption class="hidden">${t.list}</caption><thead><tr>${TENANT_SORTS.map((sort) => headCell(sort, choice, language))}</tr></thead>
<tbody>${list.rows.map((row) => tenantRow(row, given))}</tbody></table></div>
${pageLinks(list, language, (number) => listAddress({ ...choice, page: number }))}</section>`
}<p class="soft"><a href="/operator/removals">${t.removals}</a></p>`,
  });
}

function figuresPart({ language, figures, isPipelineUp }: TenantsPage): Html {
  const t = TENANTS[language];
  const figure = (name: string, value: Html | string, target: string | null): Html =>
    html`<div><dt class="soft">${target === null ? name : html`<a href="${target}">${name}</a>`}</dt><dd class="big number">${value}</dd></div>`;
  const processing =
    isPipelineUp === false
      ? html`<span class="badge error">${t.down}</span>`
      : html`<span class="badge good">${t.up}</span>`;
  return html`<section class="card"><h2>${t.figures}</h2><dl class="figures">
${figure(t.tenants, shownCount(figures.tenants, language), PATH)}
${figure(t.active, shownCount(figures.active, language), address(PATH, { state: "active" }))}
${figure(t.withErrors, shownCount(figures.withErrors, language), address(PATH, { problem: "errors", sort: "errors", direction: "desc" }))}
${figure(t.disconnected, shownCount(figures.disconnected, language), address(PATH, { problem: "connection" }))}
${figure(t.processing, processing, null)}</dl></section>`;
}

function filterForm(choice: TenantChoice, language: Language): Html {
  const t = TENANTS[language];
  const option = (value: string, text: string, chosen: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`;
  return html`<form class="card row end" method="get" action="${PATH}" role="search">
<label>${t.search}<br><input type="search" name="q" value="${choice.search}" maxlength="100" size="32"></label>
<label>${t.state}<br><select name="state">${option("", t.all, choice.state)}${TENANT_STATES.map((state) => option(state, t.states[state], choice.state))}</select></label>
<label>${t.problem}<br><select name="problem">${option("", t.all, choice.problem)}${TENANT_PROBLEMS.map((problem) => option(problem, t.problems[problem], choice.problem))}</select></label>
<input type="hidden" name="sort" value="${choice.sort}"><input type="hidden" name="direction" value="${choice.direction}">
<button>${t.show}</button> <a href="${PATH}">${t.clear}</a></form>`;
}

function headCell(sort: TenantSort, choice: TenantChoice, language: Language): Html {
  const isChosen = choice.sort === sort;
  const first = DOWN_FIRST.has(sort) ? "desc" : "asc";
  const turned = choice.direction === "asc" ? "desc" : "asc";
  const target = listAddress({ ...choice, sort, direction: isChosen ? turned : first, page: 1 });
  const order = choice.direction === "asc" ? "ascending" : "descending";
  const arrow = choice.direction === "asc" ? "▲" : "▼";
  return html`<th scope="col"${NUMBERS.has(sort) && html` class="number"`}${isChosen && html` aria-sort="${order}"`}><a href="${target}">${TENANTS[language].columns[sort]}${isChosen && html` <span aria-hidden="true">${arrow}</span>`}</a></th>`;
}

function tenantRow(row: TenantRow, { language, now }: TenantsPage): Html {
  const t = TENANTS[language];
  const ago = (at: Date | null): Html =>
    at === null
      ? html`<span class="soft">${t.never}</span>`
      : html`<span title="${shownTime(at, language)}">${t.ago(shownSpan(now - at.getTime(), language))}</span>`;
  const kind = row.errors > 0 ? "error" : row.warnings > 0 ? "warning" : "";
  const root = `/tenants/${row.tenantId}`;
  return html`<tr${kind !== "" && html` class="${kind}"`}><td class="name"><a href="${root}">${row.name}</a></td>
<td><span class="badge${row.state === "active" && " good"}">${t.states[row.state]}</span></td><td>${connectionBadge(row, language)}</td>
<td class="time">${ago(row.lastScanAt)}</td><td class="number">${waitingPart(row, { language, now })}</td>
<td class="number">${row.errors > 0 ? html`<a href="${root}/log?kind=error">${shownCount(row.errors, language)}</a>` : "0"}</td>
<td class="number">${row.warnings > 0 ? html`<a href="${root}/log?kind=warning">${shownCount(row.warnings, language)}</a>` : "0"}</td>
<td class="time">${ago(row.lastWrittenAt)}</td><td class="code">${row.tenantId}</td><td class="code">${row.administration}</td></tr>`;
}

function connectionBadge({ connection, state }: TenantRow, language: Language): Html {
  const t = TENANTS[language].connections;
  if (connection === null) return html`<span class="soft">${t.none}</span>`;
  const kind = connection === "connected" ? "good" : state === "active" ? "error" : "";
  return html`<span class="badge ${kind}">${t[connection]}</span>`;
}

function waitingPart(
  { waiting, unknown, oldestAt }: TenantRow,
  { language, now }: Pick<TenantsPage, "language" | "now">,
): Html {
  const t = TENANTS[language];
  if (waiting === 0) return html`0`;
  return html`${shownCount(waiting, language)}${unknown > 0 && html`<br><span class="badge warning">${t.unknown(shownCount(unknown, language))}</span>`}${
    oldestAt !== null &&
    html`<br><span class="soft small">${t.oldest(shownSpan(now - oldestAt.getTime(), language))}</span>`
  }`;
}

const listAddress = ({ search, state, problem, sort, direction, page: number }: TenantChoice): string =>
  address(PATH, {
    q: search,
    state,
    problem,
    sort: sort === "name" ? "" : sort,
    direction: direction === "asc" ? "" : direction,
    page: number === 1 ? "" : number,
  });
