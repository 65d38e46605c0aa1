import { type Html, html } from "../../shared/html.ts";
import { csrfField, page } from "../page/page.ts";
import { shownCount } from "../parts/domain/local-time.ts";
import type { WizardPage } from "../wizard/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";
import { type PartCounts, SIMON_PARTS } from "./domain/simon-parts.ts";
import type { EmptyingState } from "./queries.ts";
import { erasingTable } from "./report-piece.ts";
import { ERASING } from "./texts.ts";

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
${!isDone && html`<p class="soft">${emptying.areRowsGone ? t.emptyingWiping : t.emptyingRows}</p>`}
${!isDone && emptying.areRowsGone && isPipelineUp === false && html`<p>${t.emptyingWait}</p>`}
<dl class="facts">${SIMON_PARTS.filter((part) => emptying.parts.includes(part)).map(
    (part) =>
      html`<dt>${t.parts[part]}</dt><dd>${shownCount(emptying.counts[part] ?? 0, language)} ${t.removed}</dd>`,
  )}</dl>
${emptying.report !== null && html`<details><summary>${ERASING[language].title}</summary>${erasingTable(emptying.report, language)}</details>`}
${isDone && html`<p><a class="button" href="/tenants/${tenant.tenantId}/activation/connect">${t.goOn}</a></p>`}`;
}
