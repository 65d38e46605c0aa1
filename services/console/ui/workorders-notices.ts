import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import type { Session } from "../access/session-store.ts";
import { shownCount, shownTime } from "../domain/local-time.ts";
import { csrfField, type PageTenant } from "../page/page.ts";
import { address } from "../page/paging.ts";
import type { NotSentReason } from "../workorders/domain/retry.ts";
import type { OrderHold } from "../workorders/domain/waiting-reason.ts";
import type { CauseCount } from "../workorders/list-queries.ts";
import { WORKORDERS } from "../workorders/texts.ts";

/** What was sent again, and how many were not for each reason. */
export type Sent = {
  readonly count: number;
  readonly not: readonly { readonly why: NotSentReason; readonly count: number }[];
};

type Given = {
  readonly language: Language;
  readonly session?: Session | null;
  readonly tenant: PageTenant;
  readonly list: { readonly counts: readonly CauseCount[] };
  readonly hold: OrderHold;
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
${left > 0 && t.sentNot(shownCount(left, language))}</p>${left > 0 && html`<ul>${sent.not.map(({ why, count }) => html`<li>${shownCount(count, language)}: ${t.reasons[why]}</li>`)}</ul>`}
<p class="row"><a href="${address(`${root}/workorders`, { state: "waiting" })}">${t.showWaiting}</a><a href="${address(`${root}/log`, { table: "workorder" })}">${t.showLog}</a></p></div>`;
}

/** Why everything that waits does, where it is not only its turn. */
export function holdNotice({ language, tenant, list: { counts }, hold }: Given): Html | null {
  const t = WORKORDERS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const waiting = counts.reduce((sum, { state, count }) => (state === "waiting" ? sum + count : sum), 0);
  if (waiting === 0 || hold.kind === "none") return null;
  const count = shownCount(waiting, language);
  const text =
    hold.kind === "resting"
      ? t.holds.resting(count, shownTime(hold.until, language))
      : t.holds[hold.kind](count);
  return html`<div class="notice warning"><p>${text}</p>${hold.kind === "off" && html`<p><a class="button" href="${root}/activation">${t.activate}</a></p>`}
${hold.kind === "disconnected" && html`<p><a class="button" href="${root}/activation/connect">${t.reconnect}</a></p>`}</div>`;
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
