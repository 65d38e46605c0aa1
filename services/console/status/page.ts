import { type Html, html } from "../../shared/html.ts";
import { isLoaded, loadingPiece } from "../loading/piece.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { OpenBrake } from "./brake-queries.ts";
import type { TenantStatus } from "./queries.ts";
import { STATUS } from "./texts.ts";

type StatusNotice = "deactivated" | "brakeDone" | "brakeGone";

export type StatusPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly status: TenantStatus;
  readonly nowMs: number;
  readonly notice: StatusNotice | null;
};

/** A tenant's home: how it stands, and what waits for a person. */
export function statusPage(given: StatusPage): Html {
  const { language, tenant, notice } = given;
  const t = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const isActive = tenant.tenantStatus === "active";
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>
${notice !== null && html`<p class="notice ${notice === "brakeGone" ? "warning" : "good"}" role="status">${t[notice]}</p>`}
${standing(given)}${given.status.brakes.length > 0 && html`<div id="brakes">${given.status.brakes.map((brake) => brakeCard(brake, given))}</div>`}
<div hx-ext="sse" sse-connect="${root}/status/events" sse-swap="status">${statusPiece(given)}</div>
<p class="row spaced">${isActive && html`<a class="button plain" href="${root}/deactivate">${t.deactivate}</a>`}<a href="${root}/audit">${t.audit}</a></p>`,
  });
}

function standing({ language, tenant, status }: StatusPage): Html {
  const t = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const isActive = tenant.tenantStatus === "active";
  const { switched, state, whileOff } = status;
  const isNew = !isActive && state.administration === null;
  const who =
    switched !== null &&
    html` <span class="soft">${t.since} ${shownTime(switched.at, language)} ${t.by} ${switched.by}</span>`;
  return html`<section class="card"><p><span class="badge ${isActive ? "good" : "warning"}">${isActive ? t.on : isNew ? t.never : t.off}</span>${who}</p>
${!isActive && html`<p>${isNew ? t.neverWhy : t.offWhy}</p><p><a class="button" href="${root}/activation">${isNew ? t.activate : t.reactivate}</a></p>`}
${whileOff > 0 && html`<p>${t.whileOff} <a href="${root}/workorders?cause=WORKORDER_ARCHIVED_WHILE_OFF">${shownCount(whileOff, language)}, ${t.toWhileOff}</a></p>`}</section>`;
}

function brakeCard(brake: OpenBrake, { language, session = null, tenant }: StatusPage): Html {
  const t = STATUS[language];
  const { entity, revision, missing, known, rows } = brake;
  const text = entity === "customer" ? t.brakeCustomers : t.brakeArticles;
  const more = missing - rows.length;
  return html`<section class="card notice warning"><h2>${t.brakes}</h2>
<p>${text(shownCount(missing, language), shownCount(known, language))} (${shownTime(brake.haltedAt, language)})</p><p>${t.brakeHelp}</p>
<details><summary>${t.brakeRows}</summary><ul>${rows.map(({ id, name }) => html`<li>${id} ${name}</li>`)}</ul>${more > 0 && html`<p>${t.brakeMore} ${shownCount(more, language)}</p>`}</details>
<form class="row spaced" method="post" action="/tenants/${tenant.tenantId}/brakes/${entity}">${csrfField(session)}<input type="hidden" name="revision" value="${revision}">
<button name="decision" value="dismissed" class="plain">${t.dismiss}</button>
<button name="decision" value="confirmed" class="danger" data-confirm="${t.confirmSure}">${t.confirm}</button></form></section>`;
}

/** The part of the page that follows what happens. */
export function statusPiece({
  language,
  tenant,
  status,
  nowMs,
}: Pick<StatusPage, "language" | "tenant" | "status" | "nowMs">): Html {
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
  return html`${isActive && !isLoaded(loading) && html`<section class="card"><h2>${t.loading}</h2>${loadingPiece(loading, language, nowMs)}</section>`}
<div class="grid"><section class="card"><h2>${t.open}</h2>${attention({ language, root, errors: state.errors, warnings: state.warnings })}
<h3>${t.connection}</h3>${connectionPart({ language, root, connection: status.connection })}
<dl class="facts">${fact(t.administration, state.administration ?? t.notYet)}</dl></section>
<section class="card"><h2>${t.fromUnit4}</h2><dl class="facts">${fact(t.customers, shownCount(figures.customers, language))}${fact(t.articles, shownCount(figures.articles, language))}${fact(t.marked, shownCount(figures.marked, language))}
${fact(t.customersChanged, day(figures.customersChangedOn))}${fact(t.articlesChanged, day(figures.articlesChangedOn))}${fact(t.lastChange, time(state.lastChangeAt))}
${fact(t.lastScan, time(rhythm.lastScanAt))}${fact(t.nextScan, next(rhythm.nextScanAt))}${fact(t.lastCleaning, time(rhythm.lastCleaningAt))}${fact(t.nextCleaning, next(rhythm.nextCleaningAt))}</dl></section>
<section class="card"><h2>${t.toUnit4}</h2><dl class="facts">${fact(t.lastOrder, time(state.lastWrittenAt))}
${fact(t.waiting, html`<a href="${root}/workorders?state=waiting">${shownCount(state.waiting, language)}</a>${state.oldestAt !== null && html`, ${t.oldest} ${shownTime(state.oldestAt, language)}`}`)}
${state.unknown > 0 && fact(t.unknown, shownCount(state.unknown, language))}${(["written", "refused", "skipped"] as const).map((kind) => fact(t.settled[kind], html`<a href="${root}/workorders?state=${kind}">${shownCount(status.settled[kind], language)}</a>`))}</dl></section></div>`;
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

function connectionPart(given: {
  readonly language: StatusPage["language"];
  readonly root: string;
  readonly connection: TenantStatus["connection"];
}): Html {
  const { language, root, connection } = given;
  const t = STATUS[language];
  const { state, parkedUntil, connectedAt, connectedBy } = connection;
  const kind = state === "connected" ? "good" : state === "revoked" ? "error" : "warning";
  return html`<p><span class="badge ${kind}">${t.connections[state]}</span> ${t.connectionWhy[state]}</p>
${state === "connected" && connectedAt !== null && html`<p class="soft">${t.since} ${shownTime(connectedAt, language)} ${t.by} ${connectedBy ?? ""}</p>`}
${parkedUntil !== null && html`<p>${t.parked} ${shownTime(parkedUntil, language)}.</p>`}
${state === "revoked" && html`<p><a class="button" href="${root}/activation/connect">${t.reconnect}</a></p>`}`;
}

/** The question before the integration is switched off (rule A8). */
export function deactivatePage(given: Omit<StatusPage, "status" | "nowMs" | "notice">): Html {
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
