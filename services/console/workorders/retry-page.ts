import { messagePattern } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownCount } from "../parts/domain/local-time.ts";
import type { NotSentReason, RetryPlan } from "./domain/retry.ts";
import { leftWorkorder } from "./notices-piece.ts";
import { WORKORDERS } from "./texts.ts";

export type RetryPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly plan: RetryPlan;
  /** The choice as it comes back with the form. */
  readonly choice: { readonly cause: string; readonly picked: readonly string[] };
};

/** What would be sent again and what not, before it is done (rule W17). */
export function retryPage(given: RetryPage): Html {
  const { language, session = null, tenant, plan, choice } = given;
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const { wouldSend, notSent } = plan;
  return page({
    ...given,
    title: t.previewTitle,
    content: html`<h1>${t.previewTitle}</h1><p>${t.previewWhy}</p>
<section class="card"><h2>${t.wouldSend}: ${shownCount(wouldSend.length, language)}</h2>${
      wouldSend.length === 0
        ? html`<p class="soft">${t.nothingToSend}</p>`
        : html`<ul>${wouldSend.map(({ workorderId, number, cause }) => html`<li>${number || workorderId} <span class="soft">${messagePattern(cause, language)}</span></li>`)}</ul>`
    }</section>
${notSent.length > 0 && html`<section class="card"><h2>${t.notSent}: ${shownCount(notSent.length, language)}</h2>${reasonsOf(notSent).map((why) => leftFor(why, given))}</section>`}
<div class="row">${
      wouldSend.length > 0 &&
      html`<form method="post" action="${root}/retry">${csrfField(session)}<input type="hidden" name="sure" value="yes"><input type="hidden" name="cause" value="${choice.cause}">
${choice.picked.map((id) => html`<input type="hidden" name="workorder" value="${id}">`)}<button>${t.send}</button></form>`
    }<a class="button plain" href="${root}">${t.cancel}</a></div>`,
  });
}

/** Named for each reason at most: a cause can have tens of thousands. */
const MOST_NAMED = 50;

const reasonsOf = (notSent: RetryPlan["notSent"]): readonly NotSentReason[] => [
  ...new Set(notSent.map(({ why }) => why)),
];

function leftFor(why: NotSentReason, { language, plan, tenant }: RetryPage): Html {
  const t = WORKORDERS[language];
  const left = plan.notSent.filter((one) => one.why === why);
  const more = left.length - MOST_NAMED;
  return html`<h3>${shownCount(left.length, language)}: ${t.reasons[why]}</h3><ul class="picks">${left.slice(0, MOST_NAMED).map((one) => html`<li>${leftWorkorder(one, language, tenant)}</li>`)}</ul>${more > 0 && html`<p class="soft">${t.more(shownCount(more, language))}</p>`}`;
}
