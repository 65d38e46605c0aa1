import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownCount, shownDay, shownTime } from "../parts/domain/local-time.ts";
import { CHARTS, shownSeconds } from "./charts-texts.ts";
import { ABOVE, BELOW, barsOf, PLACE } from "./domain/chart.ts";
import type { RecentTotals, Total } from "./totals-queries.ts";

type Range = {
  readonly span: "hour" | "day";
  readonly totals: readonly Total[];
  readonly language: Language;
};

/**
 * What went through lately, as bars that need no colour to be read: each names its time and value, what was refused hangs below the line.
 * The same figures are in a table for whoever has the page read out.
 */
export function chartsPiece(recent: RecentTotals, language: Language): Html {
  const t = CHARTS[language];
  return html`<section class="card" id="charts"><h2>${t.title}</h2><div class="charts">${rangePiece({ span: "hour", totals: recent.hours, language })}${rangePiece({ span: "day", totals: recent.days, language })}</div></section>`;
}

function rangePiece(range: Range): Html {
  const { span, totals, language } = range;
  const t = CHARTS[language];
  const title = span === "hour" ? t.hours : t.days;
  if (totals.every(({ changes, written, refused }) => changes + written + refused === 0))
    return html`<section><h3>${title}</h3><p class="soft">${t.nothing}</p></section>`;
  const changes = sumOf(totals, "changes");
  const written = sumOf(totals, "written");
  const refused = sumOf(totals, "refused");
  const timed = sumOf(totals, "timed");
  const longest = Math.max(...totals.map(({ longestSeconds }) => longestSeconds));
  const busiest = (value: string): string =>
    `${t.highest} ${value} ${span === "hour" ? t.perHour : t.perDay}`;
  const count = (value: number): string => shownCount(value, language);
  const seconds = (value: number): string => shownSeconds(value, language);
  return html`<section><h3>${title}</h3>
${figure(range, { name: t.changes, sum: t.changesSum(changes), shown: count, peak: busiest, value: ({ changes: above }) => ({ above, below: 0 }) })}
${figure(range, { name: t.orders, sum: t.ordersSum(written, refused), shown: count, peak: busiest, hint: refused > 0 ? t.below : null, value: ({ written: above, refused: below }) => ({ above, below }) })}
${figure(range, { name: t.time, sum: timed === 0 ? t.noOrders : t.timeSum(sumOf(totals, "seconds") / timed, longest), shown: seconds, peak: (value) => `${t.highestMean} ${value}`, value: (total) => ({ above: meanOf(total) ?? 0, below: 0 }) })}
${table(range, title)}</section>`;
}

const sumOf = (
  totals: readonly Total[],
  of: "changes" | "written" | "refused" | "timed" | "seconds",
): number => totals.reduce((sum, total) => sum + total[of], 0);

/** In seconds; null where no order was written. */
const meanOf = ({ timed, seconds }: Total): number | null => (timed === 0 ? null : seconds / timed);

type Figure = {
  readonly name: string;
  readonly sum: string;
  readonly shown: (value: number) => string;
  /** Says what the highest bar is. */
  readonly peak: (shown: string) => string;
  readonly hint?: string | null;
  readonly value: (total: Total) => { readonly above: number; readonly below: number };
};

/** Bars of one figure; read out are its name, its sum, and the table beneath. */
function figure(
  { span, totals, language }: Range,
  { name, sum, shown, peak, hint = null, value }: Figure,
): Html {
  const values = totals.map(value);
  const highest = Math.max(...values.map(({ above }) => above));
  const hasBelow = values.some(({ below }) => below > 0);
  const width = totals.length * PLACE;
  const labels = totals.map(({ beginsAt }) => shownPlace(span, beginsAt, language));
  const rects = barsOf(values).map(
    ({ kind, x, y, width: wide, height }) =>
      html`<rect class="${kind}" x="${x}" y="${y}" width="${wide}" height="${height}"/>`,
  );
  // As wide as its place and as high as the picture: a finger or a pointer finds the time and the value of a bar.
  const places = values.map(
    ({ above, below }, place) =>
      html`<rect class="place" x="${place * PLACE}" y="0" width="${PLACE}" height="${ABOVE + BELOW}"><title>${labels[place] ?? ""}: ${shown(above)}${below > 0 && ` / ${shown(below)}`}</title></rect>`,
  );
  return html`<figure class="chart"><figcaption><b>${name}</b> <span>${sum}</span>${highest > 0 && html` <span class="soft">${peak(shown(highest))}</span>`}</figcaption>
<svg viewBox="0 0 ${width} ${hasBelow ? ABOVE + BELOW + 1 : ABOVE + 1}" preserveAspectRatio="none" aria-hidden="true">${rects}<line x1="0" y1="${ABOVE + 0.5}" x2="${width}" y2="${ABOVE + 0.5}"/>${places}</svg>
<p class="row spread soft small" aria-hidden="true"><span>${labels[0] ?? ""}</span><span>${labels.at(-1) ?? ""}</span></p>${hint !== null && html`<p class="soft small" aria-hidden="true">${hint}</p>`}</figure>`;
}

/** `14:00`, or `28 november`. */
const shownPlace = (span: "hour" | "day", at: Date, language: Language): string =>
  span === "day" ? shownDay(at, language) : (shownTime(at, language).split(" ")[1] ?? "").slice(0, 5);

function table({ span, totals, language }: Range, title: string): Html {
  const t = CHARTS[language];
  const head = [
    span === "hour" ? t.hour : t.day,
    ...[t.changes, t.written, t.refused, t.meanTime, t.longestTime],
  ];
  return html`<div class="hidden"><table><caption>${title}</caption><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${totals.map((total) => tableRow(total, span, language))}</tbody></table></div>`;
}

function tableRow(total: Total, span: "hour" | "day", language: Language): Html {
  const { beginsAt, changes, written, refused, longestSeconds } = total;
  const mean = meanOf(total);
  const cells = [
    ...[changes, written, refused].map((count) => shownCount(count, language)),
    mean === null ? "–" : shownSeconds(mean, language),
    mean === null ? "–" : shownSeconds(longestSeconds, language),
  ];
  return html`<tr><th scope="row">${shownPlace(span, beginsAt, language)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}
