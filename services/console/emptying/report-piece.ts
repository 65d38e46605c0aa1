import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import type { PlaceReport } from "./domain/erasing-report.ts";
import { ERASING } from "./texts.ts";

/** What was done in each table and topic, and when the topics will have let go of it. */
export function erasingTable(report: readonly PlaceReport[], language: Language): Html {
  const t = ERASING[language];
  const row = ({ place, what, count, goneBy }: PlaceReport): Html =>
    html`<tr><td class="code">${place}</td><td>${t.done[what]}</td><td class="number">${count !== null && shownCount(count, language)}</td>
<td class="time">${goneBy === null ? t.now : shownTime(new Date(goneBy), language)}</td></tr>`;
  return html`<p>${t.about}</p><div class="scroll" tabindex="0" role="region" aria-label="${t.title}"><table><thead><tr>
${[t.place, t.what, t.count, t.goneBy].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${report.map(row)}</tbody></table></div>`;
}
