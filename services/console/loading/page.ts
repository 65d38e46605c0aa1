import { type Html, html } from "../../shared/html.ts";
import { page } from "../page/page.ts";
import type { WizardPage } from "../wizard/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";
import { isLoaded, loadingPiece } from "./piece.ts";
import type { EntityProgress } from "./queries.ts";

export type LoadingPage = WizardPage & {
  readonly progress: readonly EntityProgress[];
  readonly nowMs: number;
  /** Workorders that were archived while the integration was off (rule A9). */
  readonly whileOff: number;
};

/** What is being fetched, right after the integration was switched on. */
export function loadingPage(given: LoadingPage): Html {
  const { language, tenant, whileOff } = given;
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}`;
  return page({
    ...given,
    title: t.loadingTitle,
    content: html`${wizardSteps("on", language)}<h1>${t.loadingTitle}</h1>
<section class="card" hx-ext="sse" sse-connect="${root}/activation/loading/events" sse-swap="loading" aria-live="polite">${loadingProgress(given)}</section>
${whileOff > 0 && html`<div class="notice warning"><p>${t.whileOff} <a href="${root}/workorders?cause=WORKORDER_ARCHIVED_WHILE_OFF">${t.toWhileOff} (${whileOff})</a></p></div>`}
<div class="row"><a class="button" href="${root}">${t.toStatus}</a> <a class="button plain" href="${root}/log">${t.toLog}</a></div>`,
  });
}

/** The part of the page that follows the load. */
export function loadingProgress({
  language,
  progress,
  nowMs,
}: Pick<LoadingPage, "language" | "progress" | "nowMs">): Html {
  const t = WIZARD[language];
  const isDone = isLoaded(progress);
  return html`<h2>${isDone ? t.loadedTitle : t.loadingTitle}</h2><p>${isDone ? t.loadedWhy : t.loadingWhy}</p>
${loadingPiece(progress, language, nowMs)}`;
}
