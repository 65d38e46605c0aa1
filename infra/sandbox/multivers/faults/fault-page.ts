import { type Html, html } from "../../../../services/shared/html.ts";
import type { AdministrationOptions } from "../administration/administration.ts";
import { pageMarkup } from "../site/site-page.ts";
import { DEMO_FAULTS, demoFaultOf, isDemoRule } from "./demo-faults.ts";
import type { FaultStatus } from "./fault-script.ts";

/** The address of the page. */
export const FAULT_PAGE_URL = "/sandbox/storingen";

/** The page on which a person lets an administration fail and makes it well again. */
export function faultPage(
  administrations: readonly AdministrationOptions[],
  status: readonly FaultStatus[],
): string {
  const isOther = ({ rule }: FaultStatus) =>
    !administrations.some(({ database }) => isDemoRule(rule.id, database));
  return pageMarkup({
    title: "Storingen",
    content: html`<h1>Storingen</h1>
      <p class="soft">Laat een administratie haperen en kijk in de console wat de koppeling doet. Een storing duurt tot u
        hem opheft of de sandbox stopt.</p>
      ${scriptedRules(status.filter(isOther))}
      <div class="cards">${administrations.map((one) => administrationCard(one, status))}</div>`,
  });
}

function administrationCard({ database, name }: AdministrationOptions, status: readonly FaultStatus[]): Html {
  const own = status.filter(({ rule }) => isDemoRule(rule.id, database));
  const fault = demoFaultOf(own[0]?.rule.id ?? "", database);
  return html`<section class="card"><h2>${name} <span class="tag ${fault === undefined ? "good" : "bad"}">${fault === undefined ? "gezond" : "storing"}</span></h2>
    <p class="soft small code">${database}</p>
    ${
      fault !== undefined &&
      html`<p><strong>${fault.name}</strong><br><span class="soft">${fault.effect}</span></p>
      <p class="soft small">${own.reduce((sum, { fired }) => sum + fired, 0)} keer toegeslagen.</p>`
    }
    <form method="post" action="${FAULT_PAGE_URL}">
      <input type="hidden" name="database" value="${database}">
      <p><label>Storing <select name="fault">${DEMO_FAULTS.map(({ id, name: label }) => html`<option value="${id}"${id === fault?.id && html` selected`}>${label}</option>`)}</select></label></p>
      <div class="row"><button>Storing aanzetten</button>
        ${fault !== undefined && html`<button name="clear" value="1" class="plain">Opheffen</button>`}</div></form></section>`;
}

function scriptedRules(status: readonly FaultStatus[]): Html | false {
  return (
    status.length > 0 &&
    html`<section class="card"><h2>Storingen van een script</h2>
      <div class="scroll"><table><thead><tr><th>Naam</th><th>Gevolg</th><th class="number">Toegeslagen</th><th>Stand</th></tr></thead>
      <tbody>${status.map(({ rule, fired, ended }) => html`<tr><td class="code">${rule.id}</td><td class="code">${rule.effect.kind}</td><td class="number">${fired}</td><td>${ended ? "voorbij" : "actief"}</td></tr>`)}</tbody></table></div></section>`
  );
}
