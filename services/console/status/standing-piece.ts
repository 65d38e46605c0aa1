import { type Html, html } from "../../shared/html.ts";
import { isLoaded } from "../loading/piece.ts";
import type { Page, PageTenant } from "../page/page.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import { type Standing, type Stretch, type Verdict, verdictOf, wayOf } from "./domain/verdict.ts";
import type { TenantStatus } from "./queries.ts";
import { STANDING } from "./standing-texts.ts";
import { STATUS } from "./texts.ts";

type Given = Pick<Page, "language"> & {
  readonly tenant: PageTenant;
  readonly status: TenantStatus;
  readonly nowMs: number;
};

/** How the integration stands in one sentence, with the one thing that helps, and where on the way it sticks. */
export function standingPiece({ language, tenant, status, nowMs }: Given): Html {
  const t = STANDING[language];
  const words = STATUS[language];
  const root = `/tenants/${tenant.tenantId}`;
  const standing = standingOf(tenant, status);
  const verdict = verdictOf(standing, nowMs);
  const { toSimon, toUnit4 } = wayOf(standing, nowMs);
  const { switched, whileOff, state } = status;
  const helps = HELPS[verdict];
  const who =
    switched !== null &&
    html` <span class="soft">${words.since} ${shownTime(switched.at, language)} ${words.by} ${switched.by}</span>`;
  const stretch = (name: string, how: Stretch): Html =>
    html`<li class="stretch ${TONES[how]}"><span>${name}</span><b>${t.stretches[how]}</b></li>`;
  return html`<section class="card standing ${TONES[VERDICT_TONES[verdict]]}"><div class="row spread">
<p class="sentence">${t.sentence[verdict]({ ...standing, lastWrittenAt: state.lastWrittenAt, nowMs })}</p>${helps !== null && html`<a class="button" href="${helps.startsWith("#") ? helps : root + helps}">${t.helps[verdict]}</a>`}</div>
<ol class="way" aria-label="${t.way}"><li>Unit4</li>${stretch(t.toSimon, toSimon)}<li>Simon</li>${stretch(t.toUnit4, toUnit4)}<li>Unit4</li></ol>
<p class="row"><span><span class="badge ${standing.isActive ? "good" : "warning"}">${standing.isActive ? words.on : standing.isNew ? words.never : words.off}</span>${who}</span>${standing.isActive && html`<a href="${root}/deactivate">${words.deactivate}</a>`}</p>
${whileOff > 0 && html`<p>${words.whileOff} <a href="${root}/workorders?cause=WORKORDER_ARCHIVED_WHILE_OFF">${shownCount(whileOff, language)}, ${words.toWhileOff}</a></p>`}</section>`;
}

const standingOf = (tenant: PageTenant, status: TenantStatus): Standing => ({
  isActive: tenant.tenantStatus === "active",
  isNew: status.state.administration === null,
  connection: status.connection.state,
  parkedUntil: status.connection.parkedUntil,
  ...status.failing,
  brakes: status.brakes.length,
  isLoaded: isLoaded(status.loading),
  waiting: status.state.waiting,
  oldestAt: status.state.oldestAt,
  errors: status.state.errors,
});

/** Where the one thing is done that helps; null where nobody has to do anything. */
const HELPS: Readonly<Record<Verdict, string | null>> = {
  never: "/activation",
  off: "/activation",
  unconnected: "/activation/connect",
  revoked: "/activation/connect",
  "client-refused": null,
  rests: null,
  falters: null,
  asks: "#brakes",
  loading: null,
  slow: null,
  errors: "/log?kind=error&state=open",
  fine: null,
};

/** Which stretch of the way a verdict looks like. */
const VERDICT_TONES: Readonly<Record<Verdict, Stretch>> = {
  never: "off",
  off: "off",
  unconnected: "stands",
  revoked: "stands",
  "client-refused": "stands",
  rests: "rests",
  falters: "falters",
  asks: "asks",
  loading: "loading",
  slow: "slow",
  errors: "asks",
  fine: "runs",
};

const TONES: Readonly<Record<Stretch, "good" | "info" | "warning" | "error" | "off">> = {
  off: "off",
  stands: "error",
  rests: "warning",
  falters: "warning",
  asks: "warning",
  loading: "info",
  slow: "warning",
  runs: "good",
};
