import { type Html, html } from "../../shared/html.ts";
import { csrfField, page } from "../page/page.ts";
import type { WizardPage } from "../wizard/page.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { WIZARD } from "../wizard/texts.ts";

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
