import { type Html, html } from "../../shared/html.ts";
import { isLoaded, loadingPiece } from "../loading/piece.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import { resyncPiece } from "../resync/piece.ts";
import type { OpenBrake } from "./brake-queries.ts";
import { chartsPiece } from "./charts-piece.ts";
import { callsOf } from "./domain/verdict.ts";
import type { TenantStatus } from "./queries.ts";
import { standingPiece } from "./standing-piece.ts";
import { STATUS } from "./texts.ts";
import type { RecentTotals } from "./totals-queries.ts";

type StatusNotice = "deactivated" | "brakeDone" | "brakeGone" | "resyncAsked" | "resyncNot";
const BAD_NEWS: ReadonlySet<StatusNotice> = new Set(["brakeGone", "resyncNot"]);

export type StatusPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly status: TenantStatus;
  readonly totals: RecentTotals;
  readonly nowMs: number;
  readonly notice: StatusNotice | null;
};

/** A tenant's home: how it stands, and what waits for a person. */
export function statusPage(given: StatusPage): Html {
  const { language, tenant, notice } = given;
  const t = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>
${notice !== null && html`<p class="notice ${BAD_NEWS.has(notice) ? "warning" : "good"}" role="status">${t[notice]}</p>`}
<div hx-ext="sse" sse-connect="${root}/status/events" sse-swap="status">${statusPiece(given)}</div>
${given.status.state.administration !== null && chartsPiece(given.totals, language)}
<p class="row spaced"><a href="${root}/audit">${t.audit}</a></p>`,
  });
}

function brakeCard(brake: OpenBrake, { language, session = null, tenant }: StatusPiece): Html {
  const t = STATUS[language];
  const { entity, revision, missing, known, rows } = brake;
  const text = entity === "customer" ? t.brakeCustomers : t.brakeArticles;
  const more = missing - rows.length;
  return html`<section class="card notice warning"><h2>${t.brakes}</h2>
<p>${text(shownCount(missing, language), shownCount(known, language))} (${shownTime(brake.haltedAt, language)})</p><p>${t.brakeHelp}</p>
<details id="missing-${entity}-${revision}" hx-preserve><summary>${t.brakeRows}</summary><ul>${rows.map(({ id, name }) => html`<li>${id} ${name}</li>`)}</ul>${more > 0 && html`<p>${t.brakeMore} ${shownCount(more, language)}</p>`}</details>
<form class="row spaced" method="post" action="/tenants/${tenant.tenantId}/brakes/${entity}">${csrfField(session)}<input type="hidden" name="revision" value="${revision}">
<button name="decision" value="dismissed" class="plain">${t.dismiss}</button>
<button name="decision" value="confirmed" class="danger" data-confirm="${t.confirmSure}">${t.confirm}</button></form></section>`;
}

type StatusPiece = Pick<StatusPage, "language" | "session" | "tenant" | "status" | "nowMs">;

/** The part of the page that follows what happens. */
export function statusPiece(given: StatusPiece): Html {
  const { language, tenant, status, nowMs } = given;
  const t = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const { state, rhythm, figures, loading } = status;
  const isActive = tenant.tenantStatus === "active";
  const time = (at: Date | null): Html | string =>
    at === null ? html`<span class="soft">${t.notYet}</span>` : shownTime(at, language);
  const next = (at: Date | null): Html | string =>
    !isActive ? "–" : at !== null && at.getTime() <= nowMs ? t.soon : time(at);
  const fact = (name: string, value: Html | string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
  const day = (text: string | null): string =>
    text === null ? t.notYet : text.split("-").reverse().join("-");
  return html`${standingPiece(given)}
${status.brakes.length > 0 && html`<div id="brakes">${status.brakes.map((brake) => brakeCard(brake, given))}</div>`}
${isActive && !isLoaded(loading) && html`<section class="card"><h2>${t.loading}</h2>${loadingPiece(loading, language, nowMs)}</section>`}
<div class="grid"><section class="card"><h2>${t.open}</h2>${attention({ language, root, errors: state.errors, warnings: state.warnings })}
<h3>${t.connection}</h3>${connectionPart({ language, status, nowMs })}
<dl class="facts">${fact(t.administration, state.administration ?? t.notYet)}</dl></section>
<section class="card"><h2>${t.fromUnit4}</h2><dl class="facts">${fact(t.customers, shownCount(figures.customers, language))}${fact(t.articles, shownCount(figures.articles, language))}${fact(t.marked, shownCount(figures.marked, language))}
${fact(t.customersChanged, day(figures.customersChangedOn))}${fact(t.articlesChanged, day(figures.articlesChangedOn))}${fact(t.lastChange, time(state.lastChangeAt))}
${fact(t.lastScan, time(rhythm.lastScanAt))}${fact(t.nextScan, next(rhythm.nextScanAt))}${fact(t.lastCleaning, time(rhythm.lastCleaningAt))}${fact(t.nextCleaning, next(rhythm.nextCleaningAt))}</dl></section>
<section class="card"><h2>${t.toUnit4}</h2><dl class="facts">${fact(t.lastOrder, time(state.lastWrittenAt))}
${fact(t.waiting, html`<a href="${root}/workorders?state=waiting">${shownCount(state.waiting, language)}</a>${state.oldestAt !== null && html`, ${t.oldest} ${shownTime(state.oldestAt, language)}`}`)}
${state.unknown > 0 && fact(t.unknown, shownCount(state.unknown, language))}${(["written", "refused", "skipped"] as const).map((kind) => fact(t.settled[kind], html`<a href="${root}/workorders?state=${kind}">${shownCount(status.settled[kind], language)}</a>`))}</dl></section>
${isActive && isLoaded(loading) && resyncPiece({ language, session: given.session ?? null, tenantId: tenant.tenantId, resync: status.resync, drift: status.drift })}</div>`;
}

function attention(open: {
  readonly language: StatusPage["language"];
  readonly root: string;
  readonly errors: number;
  readonly warnings: number;
}): Html {
  const { language, root, errors, warnings } = open;
  const t = STATUS[language];
  if (errors + warnings === 0) return html`<p class="soft">${t.nothingOpen}</p>`;
  return html`<p class="row">${errors > 0 && html`<a class="badge error" href="${root}/log?kind=error&state=open">${t.errors}: ${shownCount(errors, language)}</a>`}
${warnings > 0 && html`<a class="badge warning" href="${root}/log?kind=warning&state=open">${t.warnings}: ${shownCount(warnings, language)}</a>`}</p>`;
}

/** As calls really went, not by the consent alone. */
function connectionPart({
  language,
  status,
  nowMs,
}: Pick<StatusPage, "language" | "status" | "nowMs">): Html {
  const t = STATUS[language];
  const { state, parkedUntil, connectedAt, connectedBy } = status.connection;
  const how = state === "connected" ? callsOf({ ...status.connection, ...status.failing }, nowMs) : state;
  const kind = how === "connected" ? "good" : how === "revoked" ? "error" : "warning";
  return html`<p><span class="badge ${kind}">${t.connections[how]}</span> ${t.connectionWhy[state]}</p>
${state === "connected" && connectedAt !== null && html`<p class="soft">${t.since} ${shownTime(connectedAt, language)} ${t.by} ${connectedBy ?? ""}</p>`}
${parkedUntil !== null && html`<p>${t.parked} ${shownTime(parkedUntil, language)}.</p>`}`;
}

/** The question before the integration is switched off (rule A8). */
export function deactivatePage(given: Omit<StatusPage, "status" | "totals" | "nowMs" | "notice">): Html {
  const { language, session = null, tenant } = given;
  const t = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  return page({
    ...given,
    title: t.deactivateTitle,
    content: html`<section class="card narrow"><h1>${t.deactivateTitle}</h1><ul>${t.deactivateWhat.map((line) => html`<li>${line}</li>`)}</ul>
<form class="row" method="post" action="${root}/deactivate">${csrfField(session)}<button class="danger">${t.deactivateYes}</button><a class="button plain" href="${root}">${t.cancel}</a></form></section>`,
  });
}
