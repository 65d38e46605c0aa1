import { renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { type Html, html } from "../../../services/shared/html.ts";
import type { ShownCustomer } from "./customers.ts";
import { moment, notices, pageMarkup, tenantUrl } from "./page.ts";
import type { SiteRequest } from "./site-request.ts";
import type { ShownWorkAddress } from "./work-addresses.ts";
import { dutchQuantity, type TypedWorkorder } from "./workorder-form.ts";
import type { ShownWorkorder, WorkorderResult } from "./workorders.ts";

const RESULTS: Readonly<Record<WorkorderResult, readonly [string, string]>> = {
  open: ["", "open"],
  ready: ["", "gereed gemeld"],
  waiting: ["warn", "wacht op Unit4"],
  written: ["good", "order in Unit4"],
  refused: ["bad", "niet verwerkt"],
  skipped: ["", "niet verstuurd"],
  unknown: ["warn", "uitkomst onbekend"],
};

function resultTag({ result, orderId }: ShownWorkorder): Html {
  const [look, text] = RESULTS[result];
  return html`<span class="tag ${look}">${text}${result === "written" && ` ${orderId ?? ""}`}</span>`;
}

/** The latest workorders; loads itself again, so that outcomes appear. */
export function workordersPage({ tenant }: SiteRequest, workorders: readonly ShownWorkorder[]): string {
  return pageMarkup({
    title: "Werkbonnen",
    within: { tenant, section: "workorders" },
    refreshSeconds: 5,
    content: html`<div class="row"><h1>Werkbonnen</h1><a class="button right" href="${tenantUrl(tenant.tenantId, "workorders/new")}">Nieuwe werkbon</a></div>
      ${workorders.length === 0 && html`<p class="soft">Er zijn nog geen werkbonnen.</p>`}
      ${
        workorders.length > 0 &&
        html`<section class="card scroll"><table>
        <thead><tr><th>Nummer</th><th>Klant</th><th>Omschrijving</th><th>Gearchiveerd</th><th>Stand</th></tr></thead>
        <tbody>${workorders.map((one) => tableRow(tenant.tenantId, one))}</tbody></table></section>`
      }`,
  });
}

const tableRow = (tenantId: string, one: ShownWorkorder): Html =>
  html`<tr><td class="nowrap code"><a href="${workorderUrl(tenantId, one.workorderId)}">${one.number}</a></td>
    <td>${one.customerName || html`<span class="soft">geen klant</span>`}</td><td>${shortened(one.description)}</td>
    <td class="nowrap">${one.archivedAt === null ? "" : moment(one.archivedAt)}</td><td>${resultTag(one)}</td></tr>`;

const shortened = (text: string): string => {
  const letters = [...text.replaceAll("\n", " ")];
  return letters.length <= 70 ? letters.join("") : `${letters.slice(0, 69).join("")}…`;
};

const workorderUrl = (tenantId: string, id: string): string => tenantUrl(tenantId, "workorders/one", { id });

/** A workorder with what can be done now and, after archiving, what became of it. */
export function workorderPage({ tenant, done }: SiteRequest, one: ShownWorkorder): string {
  const action = (path: string): string =>
    tenantUrl(tenant.tenantId, `workorders/${path}`, { id: one.workorderId });
  const button = (path: string, label: string, look: string): Html =>
    html`<form method="post" class="inline" action="${action(path)}"><button class="${look}">${label}</button></form>`;
  return pageMarkup({
    title: one.number,
    within: { tenant, section: "workorders" },
    ...(one.result === "waiting" ? { refreshSeconds: 2 } : {}),
    content: html`<div class="row"><h1>${one.number}</h1>${resultTag(one)}</div>
      ${notices(done === undefined ? {} : { done })}${outcome(one)}
      <section class="card"><div class="row">
        ${one.status === "open" && html`<a class="button plain" href="${action("change")}">Wijzigen</a>${button("ready", "Gereed melden", "")}`}
        ${one.status === "ready" && html`${button("archive", "Archiveren", "")}${button("reopen", "Heropenen", "plain")}`}
        ${one.status === "archived" && html`<span class="soft">Gearchiveerd op ${one.archivedAt === null ? "" : moment(one.archivedAt)} door ${one.archivedBy}.</span>${button("reopen", "Heropenen", "plain")}`}
        </div></section>
      ${contentCard(one)}`,
  });
}

function outcome({ result, code, params, orderId }: ShownWorkorder): Html | false {
  if (result === "waiting")
    return html`<p class="notice warn">De werkbon is onderweg naar Unit4. Deze pagina ververst zichzelf.</p>`;
  if (result === "written" && code === null)
    return html`<p class="notice good">Order ${orderId} staat in Unit4.</p>`;
  if (code === null) return false;
  const { text, action } = renderMessage(code, params ?? {}, "nl");
  const look = result === "written" ? "good" : result === "refused" ? "bad" : "";
  return html`<div class="notice ${look}"><p>${text}</p>${action !== "" && html`<p><strong>Wat te doen:</strong> ${action}</p>`}</div>`;
}

function contentCard(one: ShownWorkorder): Html {
  const address = one.workAddress;
  return html`<section class="card scroll"><table class="facts"><tbody>
    <tr><th>Klant</th><td>${one.customerId === null ? html`<span class="soft">geen klant gekozen</span>` : `${one.customerName} (${one.customerId})`}</td></tr>
    <tr><th>Werkadres</th><td>${address === null ? html`<span class="soft">geen</span>` : [address.name, address.street, `${address.zipCode} ${address.city}`].filter((part) => part.trim() !== "").join(", ")}</td></tr>
    <tr><th>Omschrijving</th><td class="text">${one.description}</td></tr>
    <tr><th>Reistijd</th><td>${one.travelMinutes} minuten</td></tr>
    <tr><th>Werktijd</th><td>${one.workMinutes} minuten</td></tr>
    <tr><th>Materiaal</th><td>${one.materials.length === 0 && html`<span class="soft">geen</span>`}
      ${one.materials.map((material) => html`<div>${dutchQuantity(material.quantity)} × <span class="code">${material.articleId}</span> ${material.description}</div>`)}</td></tr>
    </tbody></table></section>`;
}

/** What the form shows: what was typed, and what can be chosen. */
export type WorkorderFormView = {
  readonly typed: TypedWorkorder;
  readonly customer: ShownCustomer | null;
  readonly addresses: readonly ShownWorkAddress[];
  /** Id of the workorder that is changed; null for a new one. */
  readonly workorderId: string | null;
  readonly faults: readonly string[];
};

/** The form of a new or an open workorder. */
export function workorderFormPage({ tenant }: SiteRequest, view: WorkorderFormView): string {
  const { typed, customer, addresses, workorderId } = view;
  const title = workorderId === null ? "Nieuwe werkbon" : "Werkbon wijzigen";
  const action =
    workorderId === null
      ? tenantUrl(tenant.tenantId, "workorders/new")
      : tenantUrl(tenant.tenantId, "workorders/change", { id: workorderId });
  return pageMarkup({
    title,
    within: { tenant, section: "workorders" },
    content: html`<h1>${title}</h1>
      ${view.faults.length > 0 && html`<div class="notice bad" role="alert">${view.faults.map((fault) => html`<div>${fault}</div>`)}</div>`}
      <section class="card"><form method="post" action="${action}" class="fields">
        <label for="customerId">Klantnummer</label><div class="row"><input id="customerId" name="customerId" value="${typed.customerId}" maxlength="20">
          <span class="soft small">${customer === null ? html`Zoek het nummer bij <a href="${tenantUrl(tenant.tenantId, "customers")}">Klanten</a> en kies daar Nieuwe werkbon.` : customer.name}</span></div>
        <label for="workAddressId">Werkadres</label><select id="workAddressId" name="workAddressId"><option value="">geen</option>
          ${addresses.map((address) => addressOption(address, typed.workAddressId))}</select>
        <label for="description">Omschrijving</label><textarea id="description" name="description" rows="5" maxlength="5000">${typed.description}</textarea>
        <label for="travelMinutes">Reistijd (minuten)</label><input id="travelMinutes" name="travelMinutes" inputmode="numeric" value="${typed.travelMinutes}">
        <label for="workMinutes">Werktijd (minuten)</label><input id="workMinutes" name="workMinutes" inputmode="numeric" value="${typed.workMinutes}">
        ${typed.materials.map(materialRow)}
        <div class="actions"><button>Opslaan</button></div></form>
        <p class="soft small">Aantallen met een komma, bijvoorbeeld 2,5. De codes staan bij <a href="${tenantUrl(tenant.tenantId, "articles")}">Artikelen</a>.</p></section>`,
  });
}

const addressOption = (address: ShownWorkAddress, chosen: string): Html =>
  html`<option value="${address.workAddressId}"${address.workAddressId === chosen && html` selected`}>${address.name}, ${address.street}, ${address.city}</option>`;

const materialRow = ({ articleId, quantity }: TypedWorkorder["materials"][number], index: number): Html =>
  html`<label for="articleId${index}">${index === 0 ? "Materiaal" : ""}</label><div class="pair">
    <input id="articleId${index}" name="articleId${index}" value="${articleId}" placeholder="Artikelcode" aria-label="Artikelcode ${index + 1}" maxlength="40">
    <input name="quantity${index}" value="${quantity}" placeholder="Aantal" aria-label="Aantal ${index + 1}" inputmode="decimal"></div>`;
