import { renderMessage } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownTime } from "../domain/local-time.ts";
import type { WorkorderContent, WorkorderEvent } from "../queries/workorder-detail.ts";
import type { WorkorderFate } from "../queries/workorder-fate.ts";
import { csrfField, type Page, type PageTenant, page } from "./page.ts";
import { WORKORDERS } from "./workorder-texts.ts";
import { reasonOf, type Waiting } from "./workorders-page.ts";

export type WorkorderPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly workorderId: string;
  readonly content: WorkorderContent;
  readonly fate: WorkorderFate | null;
  readonly events: readonly WorkorderEvent[];
  readonly waiting: Waiting;
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
<section class="card"><h2>${t.content}</h2><dl class="facts">${fact(t.customer, content.customerName)}${fact(t.address, content.address)}${fact(t.description, content.description)}${fact(t.travel, minutes(content.travelMinutes))}${fact(t.work, minutes(content.workMinutes))}</dl>
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
  waiting,
}: Pick<
  WorkorderPage,
  "language" | "session" | "tenant" | "workorderId" | "fate" | "events" | "waiting"
>): Html {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const state = fate === null ? "waiting" : fate.state === "sent" ? "written" : fate.state;
  const badge =
    state === "written" ? "good" : state === "refused" ? "error" : state === "unknown" ? "warning" : "info";
  const canRetry = state === "refused" || fate?.code === "WORKORDER_ARCHIVED_WHILE_OFF";
  return html`<section class="card"><p><span class="badge ${badge}">${t.states[state]}</span>
${fate !== null && reasonOf({ ...fate, state }, waiting, language)}</p>
${canRetry && html`<form method="post" action="${root}/retry">${csrfField(session)}<input type="hidden" name="workorder" value="${workorderId}"><button>${t.retryOne}</button></form>`}</section>
<section class="card"><h2>${t.timeline}</h2><ol class="timeline">${events.map((event) => timelineItem(event, language))}</ol></section>`;
}

function timelineItem(event: WorkorderEvent, language: WorkorderPage["language"]): Html {
  const t = WORKORDERS[language];
  const { at, what, word, detail, params } = event;
  const outcomes: Readonly<Record<string, string>> = t.outcomes;
  const isGood = word === "written";
  const isBad = word === "refused" || word === "unknown";
  const said =
    what === "message"
      ? renderMessage(word, params, language).text
      : what === "attempt" || what === "settled"
        ? `${outcomes[word] ?? word} ${detail}`
        : word === ""
          ? ""
          : `${t.by} ${word}`;
  return html`<li${isGood ? html` class="good"` : isBad && html` class="error"`}><span class="soft small">${shownTime(at, language)}</span><br>${t.events[what]}${said !== "" && `: ${said}`}</li>`;
}
