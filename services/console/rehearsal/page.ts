import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, page } from "../page/page.ts";
import { shownCount } from "../parts/domain/local-time.ts";
import { checkText } from "../settings/check-texts.ts";
import type { WizardPage } from "../wizard/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";
import type { SkipReason, Tally } from "./domain/rehearsal.ts";
import type { OrdersUnderway, Rehearsal } from "./queries.ts";

export type ActivateRefusal = keyof (typeof WIZARD)["nl"]["activateRefusals"];

export type RehearsalPage = WizardPage & {
  readonly rehearsal: Rehearsal;
  /** Orders that do not go along to the administration that is chosen. */
  readonly elsewhere: readonly OrdersUnderway[];
  readonly refusal: ActivateRefusal | null;
};

/** What would come over, and the button that switches the integration on. */
export function rehearsalPage(given: RehearsalPage): Html {
  const { language, tenant, refusal, elsewhere, rehearsal } = given;
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}/activation/rehearsal`;
  return page({
    ...given,
    title: t.rehearsalTitle,
    content: html`${wizardSteps("rehearsal", language)}<h1>${t.rehearsalTitle}</h1><p>${t.rehearsalWhy}</p>
${refusal !== null && html`<p class="notice error" role="alert">${t.activateRefusals[refusal]}</p>`}
${elsewhere.map(
  ({ administration, count }) =>
    html`<p class="notice warning" role="status">${t.ordersElsewhere(shownCount(count, language), administration, rehearsal.choices.administration)}</p>`,
)}
<div hx-ext="sse" sse-connect="${root}/events" sse-swap="rehearsal" aria-live="polite">${rehearsalPiece(given)}</div>
<p class="soft"><a href="${root}">${t.refresh}</a></p>`,
  });
}

/** Before the rehearsal of the present settings: the button that begins it. */
export function rehearsalStartPage(given: WizardPage): Html {
  const { language, session = null, tenant } = given;
  const t = WIZARD[language];
  return page({
    ...given,
    title: t.rehearsalTitle,
    content: html`${wizardSteps("rehearsal", language)}<h1>${t.rehearsalTitle}</h1><p>${t.rehearsalWhy}</p>
<form method="post" action="/tenants/${tenant.tenantId}/activation/rehearsal">${csrfField(session)}<button>${t.rehearse}</button></form>`,
  });
}

/** The part of the page that follows the rehearsal. */
export function rehearsalPiece({
  language,
  session = null,
  tenant,
  rehearsal,
}: Pick<RehearsalPage, "language" | "session" | "tenant" | "rehearsal">): Html {
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}`;
  const { state, counts, failure } = rehearsal;
  const adjust = html`<a class="button plain" href="${root}/settings">${t.adjust}</a>`;
  return html`${state === "running" && html`<p><strong>${t.reading}</strong> <progress></progress></p>`}
${failure !== null && html`<div class="notice error" role="alert"><p>${t.rehearsalFailed} ${checkText(failure, language)}</p></div>`}
<div class="grid">${tallyCard(t.customers, counts.customers, language)}${tallyCard(t.articles, counts.articles, language)}</div>
${state === "done" && counts.articles.over === 0 && html`<p class="notice warning" role="status">${t.nothingOver}</p>`}
<div class="row spaced">${
    state === "done" &&
    html`<form method="post" action="${root}/activation/save">${csrfField(session)}<button>${t.activate}</button></form>`
  }${
    state === "failed" &&
    html`<form method="post" action="${root}/activation/rehearsal">${csrfField(session)}<button>${t.again}</button></form>`
  }${state !== "running" && adjust}</div>`;
}

function tallyCard(title: string, tally: Tally, language: Language): Html {
  const t = WIZARD[language];
  const skipped = Object.entries(tally.skipped) as readonly (readonly [
    SkipReason,
    { readonly count: number; readonly examples: readonly string[] },
  ])[];
  const total = skipped.reduce((sum, [, { count }]) => sum + count, 0);
  return html`<section class="card"><h2>${title}</h2><p><span class="big">${shownCount(tally.over, language)}</span> ${t.over}</p>
${total > 0 && html`<p>${shownCount(total, language)} ${t.skipped}:</p>`}
<ul>${skipped.map(
    ([reason, { count, examples }]) => html`<li>${shownCount(count, language)} ${t.reasons[reason]}
<details><summary>${t.examples}</summary><ul>${examples.map((label) => html`<li>${label}</li>`)}</ul></details></li>`,
  )}</ul></section>`;
}
