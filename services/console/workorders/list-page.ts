import { type Language, messagePattern, renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { address, pageLinks } from "../page/paging.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { WaitingReason } from "./domain/waiting-reason.ts";
import {
  WORKORDER_STATES,
  type WorkorderFilter,
  type WorkorderState,
  workorderQuery,
} from "./domain/workorder-filter.ts";
import type { CauseCount, ListedWorkorder, WorkorderList } from "./list-queries.ts";
import { type Sent, sentNotice, WHILE_OFF, waitingNotice, whileOffCard } from "./notices-piece.ts";
import { WORKORDERS } from "./texts.ts";

export type WorkordersPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly filter: WorkorderFilter;
  readonly list: WorkorderList & { readonly counts: readonly CauseCount[] };
  /** What waiting orders wait for. */
  readonly waitingReason: WaitingReason;
  /** What was just sent again; null where nothing was asked for. */
  readonly sent: Sent | null;
};

const BADGES: Readonly<Record<WorkorderState, string>> = {
  waiting: "info",
  written: "good",
  refused: "error",
  skipped: "",
  unknown: "warning",
};

/** What became of each workorder (rules W16, W17). */
export function workordersPage(given: WorkordersPage): Html {
  const { language, tenant, list, filter } = given;
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>
${sentNotice(given)}${waitingNotice(given)}${stateLinks(given)}${whileOffCard(given)}${causeTable(given)}${filterForm(given)}
${
  list.total === 0
    ? html`<p class="card soft">${t.none}</p>`
    : html`${listForm(given)}${pageLinks(list, language, (number) => address(root, { ...workorderQuery(filter), page: number }))}`
}`,
  });
}

function stateLinks({ language, tenant, filter, list: { counts } }: WorkordersPage): Html {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const countOf = (state: WorkorderState | ""): number =>
    counts.filter((one) => state === "" || one.state === state).reduce((sum, { count }) => sum + count, 0);
  const link = (state: WorkorderState | "", label: string): Html =>
    html`<a class="badge ${state === "" ? "" : BADGES[state]}" href="${address(root, { state })}"${filter.state === state && html` aria-current="true"`}>${label}: ${shownCount(countOf(state), language)}</a>`;
  return html`<p class="row">${link("", t.all)}${WORKORDER_STATES.map((state) => link(state, t.states[state]))}</p>`;
}

/** Causes with how many there are of each, and the way to send all of one again. */
function causeTable({ language, session = null, tenant, list: { counts } }: WorkordersPage): Html | null {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const causes = counts.filter(({ state }) => state === "refused");
  if (causes.length === 0) return null;
  return html`<details class="card"${causes.length < 6 && html` open`}><summary>${t.causes}</summary><div class="scroll" tabindex="0" role="region" aria-label="${t.causes}"><table>
<thead><tr><th scope="col">${t.cause}</th><th scope="col" class="number">${t.count}</th><th scope="col"><span class="hidden">${t.retryCause}</span></th></tr></thead>
<tbody>${causes.map(
    ({
      code,
      count,
    }) => html`<tr><td class="words"><a href="${address(root, { cause: code })}">${messagePattern(code, language)}</a></td><td class="number">${shownCount(count, language)}</td>
<td><form method="post" action="${root}/retry">${csrfField(session)}<input type="hidden" name="cause" value="${code}"><button class="plain">${t.retryCause}</button></form></td></tr>`,
  )}</tbody></table></div></details>`;
}

function filterForm({ language, tenant, filter, list: { counts } }: WorkordersPage): Html {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const causes = counts.filter(
    ({ state, code }) => code !== "" && (state === "refused" || state === "skipped"),
  );
  const isGone = filter.cause !== "" && !causes.some(({ code }) => code === filter.cause);
  return html`<form class="card row end" method="get" action="${root}">
<label>${t.state}<br><select name="state"><option value="">${t.all}</option>${WORKORDER_STATES.map((state) => html`<option value="${state}"${state === filter.state && html` selected`}>${t.states[state]}</option>`)}</select></label>
<label>${t.cause}<br><select name="cause" class="cause"><option value="">${t.allCauses}</option>${[
    ...causes,
    ...(isGone ? [{ code: filter.cause, count: 0 }] : []),
  ].map(
    ({ code, count }) =>
      html`<option value="${code}"${code === filter.cause && html` selected`}>(${shownCount(count, language)}) ${messagePattern(code, language)}</option>`,
  )}</select></label>
<label>${t.from}<br><input type="date" name="from" value="${filter.from}"></label><label>${t.to}<br><input type="date" name="to" value="${filter.to}"></label>
<label>${t.search}<br><input name="q" value="${filter.search}" maxlength="100" placeholder="${t.searchHint}"></label><button>${t.filter}</button><a href="${root}">${t.reset}</a></form>`;
}

function listForm(given: WorkordersPage): Html {
  const { language, session = null, tenant, list } = given;
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  return html`<form class="card" method="post" action="${root}/retry">${csrfField(session)}<div class="scroll" tabindex="0" role="region" aria-label="${t.title}"><table>
<thead><tr><th scope="col"><label class="check"><input type="checkbox" data-marks="workorder"><span class="hidden">${t.pickAll}</span></label></th>${[t.number, t.customer, t.archived, t.result, t.reason].map((name) => html`<th scope="col">${name}</th>`)}<th scope="col" class="number">${t.attempts}</th><th scope="col">${t.moved}</th></tr></thead>
<tbody>${list.rows.map((row) => workorderRow(row, given))}</tbody></table></div><p class="row spaced"><button class="plain">${t.retryPicked}</button></p></form>`;
}

function workorderRow(row: ListedWorkorder, { language, tenant, waitingReason }: WorkordersPage): Html {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const canRetry = row.state === "refused" || (row.state === "skipped" && row.code === WHILE_OFF);
  const label = row.number || row.workorderId;
  return html`<tr><td>${canRetry && html`<label class="check"><input type="checkbox" name="workorder" value="${row.workorderId}"><span class="hidden">${t.pick} ${label}</span></label>`}</td>
<td class="code"><a href="${root}/${encodeURIComponent(row.workorderId)}">${label}</a></td><td>${row.customerName}</td><td class="time">${shownTime(row.archivedAt, language)}</td>
<td><span class="badge ${BADGES[row.state]}">${t.states[row.state]}</span></td><td class="words">${reasonOf(row, waitingReason, language)}</td>
<td class="number">${shownCount(row.attempts, language)}</td><td class="time">${shownTime(row.movedAt, language)}</td></tr>`;
}

/** The order's number, or why there is none, in words. */
export function reasonOf(
  row: Pick<ListedWorkorder, "state" | "orderId" | "code" | "params" | "isQueued">,
  waitingReason: WaitingReason,
  language: Language,
): Html | string {
  const t = WORKORDERS[language];
  const { state, orderId, code, params } = row;
  if (state === "written") return `${t.order} ${orderId ?? ""}`;
  if (state === "unknown") return t.why.unknown;
  if (state === "waiting" && code === "")
    return row.isQueued ? waitingText(waitingReason, language) : t.why.arrived;
  const { text, action } = renderMessage(code, params, language);
  return html`${text}${action !== "" && html` <span class="soft">${action}</span>`}`;
}

function waitingText(waitingReason: WaitingReason, language: Language): string {
  const { why } = WORKORDERS[language];
  if (waitingReason.kind === "none") return why.soon;
  return waitingReason.kind === "resting"
    ? why.resting(shownTime(waitingReason.until, language))
    : why[waitingReason.kind];
}
