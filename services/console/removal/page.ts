import { type Html, html } from "../../shared/html.ts";
import { erasingTable } from "../emptying/report-piece.ts";
import { csrfField, type Page, page } from "../page/page.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { RemovalRefusal } from "./acts.ts";
import type { Removal } from "./queries.ts";
import { REMOVAL } from "./texts.ts";

export type RemovalsPage = Omit<Page, "title" | "content"> & {
  readonly removals: readonly Removal[];
  readonly refusal: RemovalRefusal | null;
};

export const REMOVALS_PATH = "/operator/removals";

/** Tenants to be removed, being removed and removed, for operators (rule A14). */
export function removalsPage(given: RemovalsPage): Html {
  const { language, removals, refusal, session = null } = given;
  const t = REMOVAL[language];
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${refusal !== null && html`<p class="notice error" role="alert">${t.refused[refusal]}</p>`}
<section class="card"><p>${t.about}</p><form method="post" action="${REMOVALS_PATH}">${csrfField(session)}
<div class="field"><label for="tenantId">${t.tenantCode}</label><input id="tenantId" name="tenantId" required maxlength="63"></div>
<button class="danger">${t.ask}</button></form></section>
<section class="card"><h2>${t.list}</h2>${removals.length === 0 ? html`<p class="soft">${t.none}</p>` : removals.map((one) => removalPart(one, given))}</section>`,
  });
}

function removalPart(removal: Removal, { language, session = null }: RemovalsPage): Html {
  const t = REMOVAL[language];
  const { tenantId, tenantName, report } = removal;
  const act = (name: "confirm" | "withdraw", style: string, sure: string | null): Html =>
    html`<form method="post" action="${REMOVALS_PATH}/${tenantId}/${name}"${sure !== null && html` data-confirm="${sure}"`}>${csrfField(session)}<button class="${style}">${t[name]}</button></form>`;
  return html`<article><h3><span class="code">${tenantId}</span> ${tenantName}</h3>
<dl class="facts"><dt>${t.state}</dt><dd>${t.states[stateOf(removal)]}</dd>
<dt>${t.asked}</dt><dd>${shownTime(removal.askedAt, language)} ${t.by} ${removal.askedByName}</dd></dl>
${
  removal.confirmedAt === null &&
  html`<div class="row">${
    removal.askedBy === session?.userId
      ? html`<p class="soft">${t.own}</p>`
      : act("confirm", "danger", t.confirmSure)
  }${act("withdraw", "plain", null)}</div>`
}${report !== null && erasingTable(report, language)}</article>`;
}

const stateOf = ({ confirmedAt, finishedAt }: Removal): "waiting" | "running" | "finished" =>
  confirmedAt === null ? "waiting" : finishedAt === null ? "running" : "finished";
