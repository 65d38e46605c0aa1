import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import type { ResyncedList } from "../../shared/operations/domain/resync-report.ts";
import type { Session } from "../access/session-store.ts";
import { csrfField } from "../page/page.ts";
import { shownCount, shownTime } from "../parts/domain/local-time.ts";
import { type Drift, isOpen, type LatestResync } from "./queries.ts";
import { RESYNC_TEXTS } from "./texts.ts";

type Given = {
  readonly language: Language;
  readonly session: Session | null;
  readonly tenantId: string;
  readonly resync: LatestResync | null;
  readonly drift: readonly Drift[];
};

/** Two buttons by which the office has its lists fetched again, or how far that is (rule A16). */
export function resyncPiece({ language, session, tenantId, resync, drift }: Given): Html {
  const t = RESYNC_TEXTS[language];
  return html`<section class="card"><h2>${t.title}</h2>
${
  isOpen(resync) && resync !== null
    ? underWay(resync, language)
    : html`<p>${t.help}</p>
${drift.length > 0 && driftNotice(drift, language)}
${resync !== null && latest(resync, language)}
<form class="row spaced" method="post" action="/tenants/${tenantId}/resync">${csrfField(session)}
<button name="what" value="changes">${t.changes}</button>
<button name="what" value="everything" class="plain" data-confirm="${t.everythingSure}">${t.everything}</button></form>`
}</section>`;
}

function driftNotice(drift: readonly Drift[], language: Language): Html {
  const t = RESYNC_TEXTS[language];
  const found = drift.map(({ entity, missing, extra }) =>
    t.differs(t[entity], shownCount(missing, language), shownCount(extra, language)),
  );
  return html`<p class="notice warning">${t.drift} ${found.join("; ")}. ${t.driftHelp}</p>`;
}

const kindOf = ({ isFull }: LatestResync): "everything" | "changes" => (isFull ? "everything" : "changes");

function underWay(resync: LatestResync, language: Language): Html {
  const t = RESYNC_TEXTS[language];
  return html`<p role="status">${t.under[kindOf(resync)]}${resync.lists.length === 0 && html` <span class="soft">${t.waiting}</span>`}</p>
${resync.state === "paused" && html`<p>${t.paused}</p>`}
<dl class="loading">${resync.lists.map((list) => progressOf(list, language))}</dl>`;
}

function progressOf({ entity, state, why, read, of, told }: ResyncedList, language: Language): Html {
  const t = RESYNC_TEXTS[language];
  const count = (rows: number): string => shownCount(rows, language);
  const isDone = state === "done";
  const total = isDone ? read : Math.max(of ?? 0, read);
  return html`<dt>${t[entity]}</dt><dd><progress aria-label="${t[entity]}" max="${Math.max(1, total)}" value="${total === 0 && isDone ? 1 : read}"></progress>
<span class="number">${count(read)} ${t.of} ${count(total)}</span> <span class="soft">${t.told(count(told))}</span>
${isDone ? html`<span class="badge good">${t.done}</span>` : why !== null && html`<span class="soft">${t.why[why]}</span>`}</dd>`;
}

function latest(resync: LatestResync, language: Language): Html {
  const t = RESYNC_TEXTS[language];
  if (resync.state === "failed") return html`<p class="notice warning">${t.failed}</p>`;
  if (resync.state === "cancelled") return html`<p class="soft">${t.cancelled}</p>`;
  const lists = resync.lists.map(({ entity, state, why, told }) => {
    const how =
      state === "incomplete" ? t.incomplete : why === null ? t.told(shownCount(told, language)) : t.why[why];
    return `${t[entity].toLowerCase()}: ${how}`;
  });
  return html`<p class="soft">${t.last[kindOf(resync)]} ${resync.endedAt !== null && shownTime(resync.endedAt, language)}: ${lists.join("; ")}.</p>`;
}
