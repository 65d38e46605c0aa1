import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { WorkorderContent, WorkorderEvent } from "./detail-queries.ts";
import type { WaitingReason } from "./domain/waiting-reason.ts";
import type { WorkorderFate } from "./fate-queries.ts";
import { reasonOf } from "./list-page.ts";
import { WHILE_OFF } from "./notices-piece.ts";
import { WORKORDERS } from "./texts.ts";

export type WorkorderPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly workorderId: string;
  readonly content: WorkorderContent;
  readonly fate: WorkorderFate | null;
  readonly events: readonly WorkorderEvent[];
  readonly waitingReason: WaitingReason;
};

/** One workorder: what it says, what became of it, and everything that happened. */
export function workorderPage(given: WorkorderPage): Html {
  const { language, tenant, content, workorderId } = given;
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const own = `${root}/workorders/${encodeURIComponent(workorderId)}`;
  const fact = (name: string, value: Html | string): Html | null =>
    value === "" ? null : html`<dt>${name}</dt><dd>${value}</dd>`;
  const minutes = (count: number | null): string => (count === null ? "" : `${count} ${t.minutes}`);
  return page({
    ...given,
    title: content.number || workorderId,
    content: html`<p><a href="${root}/workorders">${t.back}</a></p><h1>${t.number} ${content.number || workorderId}</h1>
<div hx-ext="sse" sse-connect="${own}/events" sse-swap="workorder" aria-live="polite">${workorderPiece(given)}</div>
<section class="card"><h2>${t.content}</h2><dl class="facts">${fact(t.customer, content.customerName)}${fact(t.address, content.address)}${fact(t.description, content.description === "" ? "" : html`<span class="lines">${content.description}</span>`)}${fact(t.travel, minutes(content.travelMinutes))}${fact(t.work, minutes(content.workMinutes))}</dl>
${content.materials.length > 0 && html`<h3>${t.materials}</h3><table><thead><tr><th scope="col">${t.article}</th><th scope="col" class="number">${t.quantity}</th></tr></thead><tbody>${content.materials.map((one) => html`<tr><td>${one.articleId} ${one.description}</td><td class="number">${one.quantity}</td></tr>`)}</tbody></table>`}</section>
<p><a href="${root}/log?table=workorder&q=${encodeURIComponent(content.number || workorderId)}">${t.toLog}</a></p>`,
  });
}

/** The part of the page that follows what happens. */
export function workorderPiece({
  language,
  session = null,
  tenant,
  workorderId,
  fate,
  events,
  waitingReason,
}: Pick<
  WorkorderPage,
  "language" | "session" | "tenant" | "workorderId" | "fate" | "events" | "waitingReason"
>): Html {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const state = fate === null ? "waiting" : fate.state === "sent" ? "written" : fate.state;
  const badge =
    state === "written" ? "good" : state === "refused" ? "error" : state === "unknown" ? "warning" : "info";
  const canRetry = state === "refused" || (state === "skipped" && fate?.code === WHILE_OFF);
  return html`<section class="card"><p><span class="badge ${badge}">${t.states[state]}</span>
${fate !== null && reasonOf({ ...fate, state }, waitingReason, language)}</p>
${canRetry && html`<form method="post" action="${root}/retry">${csrfField(session)}<input type="hidden" name="workorder" value="${workorderId}"><button>${t.retryOne}</button></form>`}</section>
<section class="card"><h2>${t.timeline}</h2><ol class="timeline">${events.map((event) => timelineItem(event, language, tenant))}</ol></section>`;
}

/** Answers that say something to the office: a number, or Unit4's own words. Of others only the kind is told. */
const TELLING = new Set(["written", "refused", "found", "found-several"]);

function timelineItem(event: WorkorderEvent, language: WorkorderPage["language"], tenant: PageTenant): Html {
  const t = WORKORDERS[language];
  const { at, endedAt, what, word } = event;
  const shown = shownTime(at, language);
  const ended = endedAt === null ? shown : shownTime(endedAt, language);
  const isGood = word === "written" || word === "found";
  const isBad = word === "refused" || word === "unknown";
  const said = saidOf(event, language, tenant);
  return html`<li${isGood ? html` class="good"` : isBad && html` class="error"`}><span class="soft small">${shown}${ended !== shown && ` – ${ended}`}</span><br>${t.events[what]}${said !== "" && html`: ${said}`}</li>`;
}

function saidOf(
  { what, word, detail, params }: WorkorderEvent,
  language: WorkorderPage["language"],
  { tenantId }: PageTenant,
): Html | string {
  const t = WORKORDERS[language];
  const outcomes: Readonly<Record<string, string>> = t.outcomes;
  switch (what) {
    case "message":
      return html`<a href="/tenants/${tenantId}/log/${detail}">${renderMessage(word, params, language).text}</a>`;
    case "attempt":
    case "settled":
      return `${outcomes[word] ?? t.outcomes.unknown} ${TELLING.has(word) ? detail : ""}`.trim();
    default:
      return word === "" ? "" : `${t.by} ${word}`;
  }
}
