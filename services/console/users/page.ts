import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, page } from "../page/page.ts";
import { address, pageLinks } from "../page/paging.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { UserRefusal } from "./acts.ts";
import type { UserChoice, UserList, UserRow } from "./queries.ts";
import { USERS } from "./texts.ts";

export const USER_NOTICES = ["invited", "changed", "blocked", "unblocked", "signed-out"] as const;
export type UserNotice =
  | { readonly kind: "done"; readonly done: (typeof USER_NOTICES)[number] }
  | { readonly kind: "refused"; readonly why: UserRefusal };

/** What a person filled in about a place. */
export type PlaceForm = {
  readonly email: string;
  readonly role: "user" | "operator";
  readonly tenantId: string;
};

const PATH = "/operator/users";

export type UsersPage = Omit<Page, "title" | "content"> & {
  readonly list: UserList;
  readonly choice: UserChoice;
  readonly notice: UserNotice | null;
  /** What was filled in when it was refused. */
  readonly invitation: PlaceForm;
};

/** Everyone who may sign in, for operators. */
export function usersPage(given: UsersPage): Html {
  const { language, list, choice, session = null, invitation } = given;
  const t = USERS[language];
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1>${noticePart(given.notice, language)}
<form class="card row end" method="get" action="${PATH}" role="search"><label>${t.search}<br><input type="search" name="q" value="${choice.search}" maxlength="100" size="32"></label>
<button>${t.show}</button> <a href="${PATH}">${t.clear}</a></form>
<section class="card">${list.total === 0 ? html`<p class="soft">${t.none}</p>` : userTable(given)}</section>
<section class="card"><h2>${t.invite}</h2><p class="hint">${t.inviteHint}</p>
<form method="post" action="${PATH}">${csrfField(session)}
<div class="field"><label for="email">${t.email}</label><input id="email" type="email" name="email" required maxlength="200" value="${invitation.email}"></div>
${placeFields(invitation, language)}<button>${t.inviteButton}</button></form></section>`,
  });
}

function userTable({ language, list, choice }: UsersPage): Html {
  const t = USERS[language];
  const row = (
    user: UserRow,
  ): Html => html`<tr><td class="name"><a href="${PATH}/${user.userId}">${user.name}</a></td><td class="name">${user.email}</td><td>${t.roles[user.role]}</td>
<td class="name">${user.tenantName}</td><td>${stateBadge(user, language)}</td><td class="time">${signedIn(user, language)}</td></tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${t.list}"><table><caption class="hidden">${t.list}</caption><thead><tr>
${[t.name, t.email, t.role, t.tenant, t.state, t.lastSignedIn].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${list.rows.map(row)}</tbody></table></div>
${pageLinks(list, language, (number) => address(PATH, { q: choice.search, page: number === 1 ? "" : number }))}`;
}

export type UserPage = Omit<Page, "title" | "content"> & {
  readonly user: UserRow;
  readonly notice: UserNotice | null;
};

/** One person: what is known, and what can be changed. */
export function userPage(given: UserPage): Html {
  const { language, user, session = null } = given;
  const t = USERS[language];
  const root = `${PATH}/${user.userId}`;
  const isSelf = user.userId === session?.userId;
  const button = (act: string, text: string, confirm: string | null): Html =>
    html`<form method="post" action="${root}/${act}"${confirm !== null && html` data-confirm="${confirm}"`}>${csrfField(session)}<button class="${act === "block" || act === "remove" ? "danger" : "plain"}">${text}</button></form>`;
  return page({
    ...given,
    title: user.name,
    content: html`<p><a href="${PATH}">${t.back}</a></p><h1>${user.name}</h1>${noticePart(given.notice, language)}
<section class="card">${factsPart(user, language)}<p><a href="${address("/operator/audit", { actor: `user-${user.userId}` })}">${t.acts}</a></p></section>
${
  isSelf
    ? html`<p class="notice info">${t.self}</p>`
    : html`${
        user.managedBy === "operator" &&
        html`<section class="card"><h2>${t.change}</h2><form method="post" action="${root}">${csrfField(session)}${placeFields({ email: "", role: user.role, tenantId: user.tenantId ?? "" }, language)}<button>${t.changeButton}</button></form></section>`
      }<section class="card"><h2>${t.access}</h2><div class="row">${
        user.blockedAt === null
          ? button("block", t.block, t.blockConfirm)
          : button("unblock", t.unblock, null)
      }${user.sessions > 0 && button("sign-out", t.endSessions, null)}${button("remove", t.remove, t.removeConfirm)}</div></section>`
}`,
  });
}

function factsPart(user: UserRow, language: Language): Html {
  const t = USERS[language];
  return html`<dl class="facts"><dt>${t.email}</dt><dd>${user.email}</dd><dt>${t.role}</dt><dd>${t.roles[user.role]}</dd>
${user.tenantId !== null && html`<dt>${t.tenant}</dt><dd><a href="/tenants/${user.tenantId}">${user.tenantName}</a> (${user.tenantId})</dd>`}
<dt>${t.managed}</dt><dd>${t.managedBy[user.managedBy]}</dd><dt>${t.state}</dt><dd>${stateBadge(user, language)}</dd>
<dt>${t.since}</dt><dd>${shownTime(user.createdAt, language)}</dd><dt>${t.lastSignedIn}</dt><dd>${signedIn(user, language)}</dd>
<dt>${t.sessions}</dt><dd>${t.places(user.sessions)}</dd>
<dt>${t.keys}</dt><dd>${t.keyCount(user.keys, user.pausedKeys)}</dd></dl>`;
}

function placeFields({ role, tenantId }: PlaceForm, language: Language): Html {
  const t = USERS[language];
  const option = (value: "user" | "operator"): Html =>
    html`<option value="${value}"${value === role && html` selected`}>${t.roles[value]}</option>`;
  return html`<div class="field"><label for="role">${t.role}</label><select id="role" name="role">${option("user")}${option("operator")}</select></div>
<div class="field"><label for="tenantId">${t.tenantCode}</label><p class="hint" id="tenant-hint">${t.tenantHint}</p><input id="tenantId" name="tenantId" maxlength="63" value="${tenantId}" aria-describedby="tenant-hint"></div>`;
}

function noticePart(notice: UserNotice | null, language: Language): Html | null {
  if (notice === null) return null;
  const t = USERS[language];
  return notice.kind === "done"
    ? html`<p class="notice good" role="status">${t.done[notice.done]}</p>`
    : html`<p class="notice error" role="alert">${t.refused[notice.why]}</p>`;
}

function stateBadge({ blockedAt, isInvited }: UserRow, language: Language): Html {
  const t = USERS[language].states;
  if (blockedAt !== null) return html`<span class="badge error">${t.blocked}</span>`;
  return isInvited
    ? html`<span class="badge info">${t.invited}</span>`
    : html`<span class="badge good">${t.active}</span>`;
}

const signedIn = ({ lastSignedInAt }: UserRow, language: Language): string =>
  lastSignedInAt === null ? USERS[language].never : shownTime(lastSignedInAt, language);
