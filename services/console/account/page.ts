import { type Html, html } from "../../shared/html.ts";
import type { OwnSession, Session } from "../access/session-store.ts";
import { csrfField, type Page, page } from "../page/page.ts";
import { texts } from "../page/texts.ts";
import { shownTime } from "../parts/domain/local-time.ts";

const SESSIONS = texts(
  {
    title: "Waar u bent ingelogd",
    intro: "Herkent u een plek niet? Log daar uit met de knop hieronder en wijzig uw wachtwoord.",
    list: "Plekken waar u bent ingelogd",
    browser: "Browser",
    unknown: "onbekend",
    since: "Sinds",
    seen: "Laatst gebruikt",
    here: "hier",
    end: "Overal elders uitloggen",
    endConfirm: "Weet u het zeker? U blijft alleen hier ingelogd.",
    ended: (count: number) =>
      count === 0
        ? "U was nergens anders ingelogd."
        : count === 1
          ? "U bent op 1 andere plek uitgelogd."
          : `U bent op ${count} andere plekken uitgelogd.`,
  },
  {
    title: "Where you are signed in",
    intro:
      "Is there a place that you do not recognise? Sign out there with the button below and change your password.",
    list: "Places where you are signed in",
    browser: "Browser",
    unknown: "unknown",
    since: "Since",
    seen: "Last used",
    here: "here",
    end: "Sign out everywhere else",
    endConfirm: "Are you sure? You stay signed in here alone.",
    ended: (count: number) =>
      count === 0
        ? "You were signed in nowhere else."
        : count === 1
          ? "You were signed out in 1 other place."
          : `You were signed out in ${count} other places.`,
  },
);

/** A person's own sessions. */
export function sessionsPage(
  given: Omit<Page, "title" | "content"> & {
    readonly session: Session;
    readonly sessions: readonly OwnSession[];
    /** How many were ended just now; null when none were asked to. */
    readonly ended: number | null;
  },
): Html {
  const { language, session, sessions, ended } = given;
  const t = SESSIONS[language];
  const row = ({ idHash, browser, createdAt, lastSeenAt }: OwnSession): Html =>
    html`<tr><td>${browser === "" ? t.unknown : browser}${idHash.equals(session.idHash) && html` <span class="badge good">${t.here}</span>`}</td>
<td class="time">${shownTime(createdAt, language)}</td><td class="time">${shownTime(lastSeenAt, language)}</td></tr>`;
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${ended !== null && html`<p class="notice good" role="status">${t.ended(ended)}</p>`}
<p>${t.intro}</p><section class="card"><div class="scroll" tabindex="0" role="region" aria-label="${t.list}"><table><caption class="hidden">${t.list}</caption><thead><tr>
${[t.browser, t.since, t.seen].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${sessions.map(row)}</tbody></table></div>
${
  sessions.length > 1 &&
  html`<form method="post" action="/account/sessions/end-others" data-confirm="${t.endConfirm}">${csrfField(session)}<p><button class="plain">${t.end}</button></p></form>`
}</section>`,
  });
}
