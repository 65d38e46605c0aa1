import { type Html, html } from "../../shared/html.ts";
import type { ConnectingOutcome } from "../acts/connecting.ts";
import type { ConnectionHealth } from "../connection/queries.ts";
import { shownCount, shownTime } from "../domain/local-time.ts";
import { type PartCounts, SIMON_PARTS } from "../emptying/domain/simon-parts.ts";
import type { EmptyingState } from "../emptying/queries.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";

export type WizardPage = Omit<Page, "title" | "content"> & { readonly tenant: PageTenant };

/** What the integration does, and the terms. */
export function startPage(given: WizardPage & { readonly isRefused: boolean }): Html {
  const { language, session = null, tenant, isRefused } = given;
  const t = WIZARD[language];
  return page({
    ...given,
    title: t.title,
    content: html`${wizardSteps("start", language)}<h1>${t.title}</h1>
<section class="card"><h2>${t.what}</h2><ul>${t.does.map((line) => html`<li>${line}</li>`)}</ul><p class="soft">${t.not}</p><p>${t.minutes}</p></section>
<form class="card" method="post" action="/tenants/${tenant.tenantId}/activation">${csrfField(session)}
${isRefused && html`<p class="notice error" role="alert">${t.termsMissing}</p>`}
<p><label class="check"><input type="checkbox" name="terms" value="yes" required> ${t.terms}</label></p><button>${t.start}</button></form>`,
  });
}

export type EmptyPage = WizardPage & {
  readonly counts: PartCounts;
  readonly isFirstTime: boolean;
  readonly isRefused: boolean;
};

/** What goes when Simon is emptied: everything the first time, what is chosen later. */
export function emptyPage(given: EmptyPage): Html {
  const { language, session = null, tenant, counts, isFirstTime, isRefused } = given;
  const t = WIZARD[language];
  return page({
    ...given,
    title: t.emptyTitle,
    content: html`${wizardSteps("empty", language)}<h1>${t.emptyTitle}</h1>
<p>${isFirstTime ? t.emptyWhyFirst : t.emptyWhyLater}</p>
<form class="card" method="post" action="/tenants/${tenant.tenantId}/activation/empty">${csrfField(session)}
${isRefused && html`<p class="notice error" role="alert">${t.sureMissing}</p>`}
<table><thead><tr><th scope="col">${t.part}</th><th scope="col" class="number">${t.count}</th></tr></thead><tbody>${SIMON_PARTS.map(
      (part) =>
        html`<tr><td>${
          isFirstTime
            ? t.parts[part]
            : html`<label class="check"><input type="checkbox" name="parts" value="${part}"> ${t.parts[part]}</label>`
        }</td><td class="number">${shownCount(counts[part], language)}</td></tr>`,
    )}</tbody></table>
<p><label class="check"><input type="checkbox" name="sure" value="yes"> ${t.sure}</label></p>
<div class="row"><button class="danger" name="act" value="empty">${t.empty}</button>
${!isFirstTime && html`<button class="plain" name="act" value="nothing">${t.emptyNothing}</button>`}</div></form>`,
  });
}

export type EmptyingPage = WizardPage & { readonly emptying: EmptyingState };

/** An emptying under way, or done. */
export function emptyingPage(given: EmptyingPage): Html {
  const { language, tenant } = given;
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}/activation/empty`;
  return page({
    ...given,
    title: t.emptyTitle,
    content: html`${wizardSteps("empty", language)}<h1>${t.emptyTitle}</h1>
<section class="card" hx-ext="sse" sse-connect="${root}/events" sse-swap="emptying" aria-live="polite">${emptyingPiece(given)}</section>
<p class="soft"><a href="${root}">${t.refresh}</a></p>`,
  });
}

/** The part of the page that follows the emptying. */
export function emptyingPiece({
  language,
  tenant,
  emptying,
  isPipelineUp,
}: Pick<EmptyingPage, "language" | "tenant" | "emptying" | "isPipelineUp">): Html {
  const t = WIZARD[language];
  const isDone = emptying.finishedAt !== null;
  return html`<p><strong>${isDone ? t.emptyingDone : t.emptying}</strong></p>
${!isDone && html`<progress max="${Math.max(1, emptying.total)}" value="${emptying.done}">${emptying.done}/${emptying.total}</progress>`}
${!isDone && isPipelineUp === false && html`<p>${t.emptyingWait}</p>`}
<dl class="facts">${SIMON_PARTS.filter((part) => emptying.parts.includes(part)).map(
    (part) =>
      html`<dt>${t.parts[part]}</dt><dd>${shownCount(emptying.counts[part] ?? 0, language)} ${t.removed}</dd>`,
  )}</dl>
${isDone && html`<p><a class="button" href="/tenants/${tenant.tenantId}/activation/connect">${t.goOn}</a></p>`}`;
}

export type ConnectPage = WizardPage & {
  readonly connection: ConnectionHealth;
  readonly trouble: Exclude<ConnectingOutcome["kind"], "connected"> | null;
};

/** The way to Unit4's own login page. */
export function connectPage(given: ConnectPage): Html {
  const { language, session = null, tenant, connection, trouble } = given;
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}`;
  const isActive = tenant.tenantStatus === "active";
  const title = isActive ? t.reconnectTitle : t.connectTitle;
  return page({
    ...given,
    title,
    content: html`${!isActive && wizardSteps("connect", language)}<h1>${title}</h1>
${trouble !== null && html`<p class="notice error" role="alert">${t.connectTroubles[trouble]}</p>`}
${
  connection.state === "connected" &&
  connection.connectedAt !== null &&
  html`<div class="notice good"><p>${t.connected} ${t.connectedSince} ${shownTime(connection.connectedAt, language)} ${t.by} ${connection.connectedBy}.</p>
<p><a class="button" href="${isActive ? root : `${root}/settings`}">${isActive ? t.toStatus : t.toSettings}</a></p></div>`
}
<section class="card"><p>${t.connectWhy}</p><p>${t.connectNeeds}</p><ul>${t.needs.map((line) => html`<li>${line}</li>`)}</ul>
<form method="post" action="${root}/activation/connect">${csrfField(session)}<button class="${connection.state === "connected" ? "plain" : "main"}">${t.connect}</button></form></section>`,
  });
}
