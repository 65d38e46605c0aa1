import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { texts } from "../page/texts.ts";
import { shownCount, shownSpan } from "../parts/domain/local-time.ts";
import { loadProgress } from "./domain/load-progress.ts";
import type { EntityProgress } from "./queries.ts";

const LOADING = texts(
  {
    customer: "Klanten",
    article: "Artikelen",
    waiting: "wacht op zijn beurt",
    of: "van",
    perSecond: "per seconde",
    left: "nog ongeveer",
    finished: "klaar",
  },
  {
    customer: "Customers",
    article: "Articles",
    waiting: "waiting for its turn",
    of: "of",
    perSecond: "a second",
    left: "about",
    finished: "done",
  },
);

const ENTITIES = ["customer", "article"] as const;

/** Done, total, rate and time left of each list (rule M11). */
export function loadingPiece(progress: readonly EntityProgress[], language: Language, nowMs: number): Html {
  const t = LOADING[language];
  return html`<dl class="loading">${ENTITIES.map((entity) => {
    const noted = progress.find((one) => one.entity === entity);
    if (noted === undefined)
      return html`<dt>${t[entity]}</dt><dd><span class="soft">${t.waiting}</span></dd>`;
    const { isFinished, done, total, perSecond, leftMs } = loadProgress(noted, nowMs);
    return html`<dt>${t[entity]}</dt><dd>${
      total === null
        ? html`<progress aria-label="${t[entity]}"></progress>`
        : html`<progress aria-label="${t[entity]}" max="${Math.max(1, total)}" value="${total === 0 ? 1 : done}"></progress>`
    }
<span class="number">${shownCount(done, language)}${total !== null && ` ${t.of} ${shownCount(total, language)}`}</span>
${isFinished ? html`<span class="badge good">${t.finished}</span>` : perSecond !== null && html`<span class="soft">${shownCount(Math.round(perSecond), language)} ${t.perSecond}${leftMs !== null && `, ${t.left} ${shownSpan(leftMs, language)}`}</span>`}</dd>`;
  })}</dl>`;
}

/** Whether both lists are over. */
export const isLoaded = (progress: readonly EntityProgress[]): boolean =>
  ENTITIES.every((entity) => progress.some((one) => one.entity === entity && one.finishedAt !== null));
