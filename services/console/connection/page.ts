import { type Html, html } from "../../shared/html.ts";
import { csrfField, page } from "../page/page.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { WizardPage } from "../wizard/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";
import type { ConnectingResult } from "./acts.ts";
import type { ConnectionHealth } from "./queries.ts";

export type ConnectRefusal = Exclude<ConnectingResult["kind"], "connected">;

export type ConnectPage = WizardPage & {
  readonly connection: ConnectionHealth;
  readonly refusal: ConnectRefusal | null;
  /** The tenant's administration; empty where it has none yet. */
  readonly administration: string;
};

/** The way to Unit4's own login page. */
export function connectPage(given: ConnectPage): Html {
  const { language, session = null, tenant, connection, refusal, administration } = given;
  const t = WIZARD[language];
  const root = `/tenants/${tenant.tenantId}`;
  const isActive = tenant.tenantStatus === "active";
  const title = isActive ? t.reconnectTitle : t.connectTitle;
  return page({
    ...given,
    title,
    content: html`${!isActive && wizardSteps("connect", language)}<h1>${title}</h1>
${refusal !== null && html`<p class="notice error" role="alert">${t.connectRefusals[refusal].replace("{administration}", `${administration} (${tenant.tenantName})`)}</p>`}
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
