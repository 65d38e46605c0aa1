import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownCount } from "../parts/domain/local-time.ts";
import type { RenumberedCustomer } from "./queries.ts";
import { RENUMBERED } from "./texts.ts";

type RenumberedPage = Omit<Page, "title" | "content"> & {
  readonly tenant: PageTenant;
  readonly customers: readonly RenumberedCustomer[];
  /** How many work addresses were moved just now; null where nobody asked for it. */
  readonly moved: number | null;
};

/** Which work addresses were left behind, and one button for each customer that can take them over. */
export function renumberedPage(given: RenumberedPage): Html {
  const { language, session = null, tenant, customers, moved } = given;
  const t = RENUMBERED[language];
  const root = `/tenants/${tenant.tenantId}`;
  const button = (from: string, { id, name }: RenumberedCustomer["successors"][number]): Html =>
    html`<form method="post" action="${root}/renumbered">${csrfField(session)}<input type="hidden" name="from" value="${from}"><input type="hidden" name="to" value="${id}"><button>${t.move(`${id} ${name}`.trim())}</button></form>`;
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1><p>${t.why}</p>
${moved !== null && html`<p class="notice ${moved > 0 ? "good" : "warning"}" role="status">${moved > 0 ? t.moved(shownCount(moved, language)) : t.notMoved}</p>`}
${customers.length === 0 && html`<p class="soft">${t.none}</p>`}
${customers.map(
  ({ customerId, name, addresses, successors }) =>
    html`<section class="card"><h2>${customerId} ${name}</h2><p>${t.addresses}</p><ul>${addresses.map((one) => html`<li>${one}</li>`)}</ul><div class="row">${successors.map((one) => button(customerId, one))}</div></section>`,
)}
<p><a href="${root}/log?table=customer">${t.toLog}</a></p>`,
  });
}
