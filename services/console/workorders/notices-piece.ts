import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import type { Session } from "../access/session-store.ts";
import { csrfField, type PageTenant } from "../page/page.ts";
import { address } from "../page/paging.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { NotSentReason, RetryPlan } from "./domain/retry.ts";
import type { WaitingReason } from "./domain/waiting-reason.ts";
import type { CauseCount } from "./list-queries.ts";
import { WORKORDERS } from "./texts.ts";

/** What was sent again, and how many were not for each reason. */
export type Sent = {
  readonly count: number;
  readonly not: readonly { readonly why: NotSentReason; readonly count: number }[];
  /** Those whose order stands in Unit4, some of them. */
  readonly written: RetryPlan["notSent"];
};

type Given = {
  readonly language: Language;
  readonly session?: Session | null;
  readonly tenant: PageTenant;
  readonly list: { readonly counts: readonly CauseCount[] };
  readonly waitingReason: WaitingReason;
  readonly sent: Sent | null;
};

/** Skipped for a reason that a person may overrule (rule A9). */
export const WHILE_OFF = "WORKORDER_ARCHIVED_WHILE_OFF";

/** What came of sending again. */
export function sentNotice({ language, tenant, sent }: Given): Html | null {
  if (sent === null) return null;
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const left = sent.not.reduce((sum, { count }) => sum + count, 0);
  return html`<div class="notice ${sent.count > 0 ? "good" : "warning"}" role="status"><p>${sent.count > 0 ? t.sent(shownCount(sent.count, language)) : t.sentNone}
${left > 0 && t.sentNot(shownCount(left, language))}</p>${left > 0 && html`<ul>${sent.not.map(({ why, count }) => html`<li>${shownCount(count, language)}: ${t.reasons[why]}${why === "WRITTEN" && sent.written.length > 0 && html`<ul>${sent.written.map((one) => html`<li>${leftWorkorder(one, language, tenant)}</li>`)}</ul>`}</li>`)}</ul>`}
<p class="row"><a href="${address(`${root}/workorders`, { state: "waiting" })}">${t.showWaiting}</a><a href="${address(`${root}/log`, { table: "workorder" })}">${t.showLog}</a></p></div>`;
}

/** A workorder that is not sent again, which order it became, and the way to its page (O49). */
export function leftWorkorder(
  { workorderId, number, orderId }: RetryPlan["notSent"][number],
  language: Language,
  { tenantId }: PageTenant,
): Html {
  const page = `/tenants/${tenantId}/workorders/${encodeURIComponent(workorderId)}`;
  return html`<a href="${page}">${number || workorderId}</a>${orderId !== null && html`: ${WORKORDERS[language].writtenAs(orderId)}`}`;
}

/** Why everything that waits does, where it is not only its turn. */
export function waitingNotice({ language, tenant, list: { counts }, waitingReason }: Given): Html | null {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const waiting = counts.reduce((sum, { state, count }) => (state === "waiting" ? sum + count : sum), 0);
  if (waiting === 0 || waitingReason.kind === "none") return null;
  const count = shownCount(waiting, language);
  const text =
    waitingReason.kind === "resting"
      ? t.waitingReasons.resting(count, shownTime(waitingReason.until, language))
      : t.waitingReasons[waitingReason.kind](count);
  return html`<div class="notice warning"><p>${text}</p>${waitingReason.kind === "off" && html`<p><a class="button" href="${root}/activation">${t.activate}</a></p>`}
${waitingReason.kind === "disconnected" && html`<p><a class="button" href="${root}/activation/connect">${t.reconnect}</a></p>`}</div>`;
}

/** What was archived while the integration was off: it goes only when a person sends it (rule A9). */
export function whileOffCard({ language, session = null, tenant, list: { counts } }: Given): Html | null {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}/workorders`;
  const count = counts.find(({ state, code }) => state === "skipped" && code === WHILE_OFF)?.count ?? 0;
  if (count === 0) return null;
  const isActive = tenant.tenantStatus === "active";
  return html`<section class="card"><p>${t.whileOff(shownCount(count, language))} ${!isActive && t.whileOffFirst}</p><div class="row">
${isActive && html`<form method="post" action="${root}/retry">${csrfField(session)}<input type="hidden" name="cause" value="${WHILE_OFF}"><button>${t.whileOffSend}</button></form>`}
<a class="button plain" href="${address(root, { cause: WHILE_OFF })}">${t.whileOffShow}</a></div></section>`;
}
