import type { Language } from "../../shared/domain/message-catalogue.ts";
import { settingsSchema } from "../../shared/domain/settings.ts";
import { type Html, html } from "../../shared/html.ts";
import { csrfField, type Page, type PageTenant, page } from "../page/page.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import {
  draftOf,
  missingChecks,
  type SettingsChange,
  type SettingsField,
  settingsDifference,
} from "./domain/settings-draft.ts";
import { type SettingsChoices, settingsFields } from "./fields-piece.ts";
import type { SavedVersion, StoredDraft } from "./queries.ts";
import { SETTINGS } from "./texts.ts";

type SettingsPageBase = Omit<Page, "title" | "content"> & { readonly tenant: PageTenant };

export type SettingsPage = SettingsPageBase & {
  readonly draft: StoredDraft;
  readonly choices: SettingsChoices;
  /** How the connection is: without one there is nothing to choose from. */
  readonly connection: "none" | "connected" | "revoked" | "client_refused";
  readonly versions: readonly SavedVersion[];
  readonly isSaved: boolean;
  /** Steps of the activation, while the integration is off. */
  readonly steps: Html | null;
};

/** The settings form, with its checks and earlier versions. */
export function settingsPage(given: SettingsPage): Html {
  const { language, draft, connection, versions, steps } = given;
  const t = SETTINGS[language];
  return page({
    ...given,
    title: t.title,
    content: html`${steps}<h1>${t.title}</h1>
${given.isSaved && html`<p class="notice good" role="status">${t.saved}</p>`}
${connection !== "connected" && connectNotice(given)}
${draft.changedBy !== null && draft.changedAt !== null && html`<p class="soft">${t.draftBy} ${draft.changedBy}, ${shownTime(draft.changedAt, language)}</p>`}
${connection !== "none" && settingsForm(given)}
${versions.length > 0 && versionList(versions, language)}`,
  });
}

/** The form alone: what a check swaps in. */
export function settingsForm(
  given: Pick<SettingsPage, "language" | "session" | "tenant" | "draft" | "choices">,
): Html {
  const { language, session = null, tenant, draft, choices } = given;
  const t = SETTINGS[language];
  const root = `/tenants/${tenant.tenantId}/settings`;
  const isActive = tenant.tenantStatus === "active";
  const missing = missingChecks(draft);
  return html`<form id="settings" method="post" action="${root}" hx-post="${root}" hx-target="#settings" hx-swap="outerHTML">
${csrfField(session)}${settingsFields({ language, draft, choices, root, isActive })}
<section class="card"><p class="soft">${t.saveHint}</p>${missing.length > 0 && Object.keys(draft.checks).length > 0 && html`<p>${t.notAll} ${fieldNames(missing, language)}</p>`}
<div class="row"><button class="${missing.length === 0 ? "plain" : "main"}" name="check" value="all">${t.checkAll}</button>
<button name="next" value="save"${missing.length > 0 && html` disabled`}>${isActive ? t.save : t.saveNext}</button>
${draft.changedBy !== null && html`<button class="plain" name="next" value="drop">${t.drop}</button>`}</div></section></form>`;
}

const fieldNames = (fields: readonly SettingsField[], language: Language): string =>
  fields.map((field) => SETTINGS[language].fields[field].label).join(", ");

function connectNotice({ language, tenant, connection }: SettingsPage): Html {
  const t = SETTINGS[language];
  const target = `/tenants/${tenant.tenantId}/activation/connect`;
  return html`<div class="notice warning" role="status"><p>${t.connectFirst}</p>
<p><a class="button" href="${target}">${connection === "none" ? t.connect : t.reconnect}</a></p></div>`;
}

function versionList(versions: readonly SavedVersion[], language: Language): Html {
  const t = SETTINGS[language];
  return html`<section class="card"><h2>${t.versions}</h2><div class="scroll" tabindex="0" role="region" aria-label="${t.versions}"><table>
<thead><tr><th scope="col">${t.version}</th><th scope="col">${t.when}</th><th scope="col">${t.who}</th><th scope="col">${t.what}</th></tr></thead>
<tbody>${versions.map((one, index) => {
    const before = versions[index + 1];
    return html`<tr><td class="number">${one.version}</td><td class="time">${shownTime(one.savedAt, language)}</td><td>${one.savedBy}</td>
<td>${before === undefined ? t.first : changeList(differenceOf(before, one), language)}</td></tr>`;
  })}</tbody></table></div></section>`;
}

function differenceOf(before: SavedVersion, after: SavedVersion): readonly SettingsChange[] {
  const values = (version: SavedVersion) =>
    draftOf(settingsSchema.safeParse(version.settings).data ?? null, null, 0).values;
  return settingsDifference(values(before), values(after));
}

function changeList(changes: readonly SettingsChange[], language: Language): Html {
  const t = SETTINGS[language];
  if (changes.length === 0) return html`<span class="soft">${t.nothing}</span>`;
  return html`${changes.map(
    ({ field, from, to }) =>
      html`<div>${t.fields[field].label}: ${shownValue(field, from, language)} → ${shownValue(field, to, language)}</div>`,
  )}`;
}

/** A plain value as the form shows it. */
function shownValue(field: SettingsField, value: string, language: Language): string {
  const t = SETTINGS[language];
  if (value === "") return t.empty;
  switch (field) {
    case "articleTypes":
      return value
        .split(", ")
        .map((type) => t.types[Number(type)] ?? type)
        .join(", ");
    case "descriptionOnOrder":
    case "standardArticleAlone":
      return value === "true" ? t.yes : t.no;
    case "remarks":
      return (t.remarks as Readonly<Record<string, string>>)[value] ?? value;
    case "firstWorkAddress":
      return (t.firstAddress as Readonly<Record<string, string>>)[value] ?? value;
    default:
      return value;
  }
}

export type ReviewPage = SettingsPageBase & {
  readonly changes: readonly SettingsChange[];
  readonly obstacle:
    | { readonly kind: "none" }
    | { readonly kind: "not-checked"; readonly fields: readonly SettingsField[] }
    | { readonly kind: "changed-meanwhile" };
};

/** What saving changes, before it is done. */
export function reviewPage(given: ReviewPage): Html {
  const { language, session = null, tenant, changes, obstacle } = given;
  const t = SETTINGS[language];
  const root = `/tenants/${tenant.tenantId}/settings`;
  return page({
    ...given,
    title: t.reviewTitle,
    content: html`<h1>${t.reviewTitle}</h1>
${obstacle.kind === "not-checked" && html`<p class="notice error" role="alert">${t.notAll} ${fieldNames(obstacle.fields, language)}</p>`}
${obstacle.kind === "changed-meanwhile" ? html`<p class="notice warning" role="alert">${t.meanwhile}</p>` : html`<p>${t.review}</p>`}
<section class="card">${
      changes.length === 0
        ? html`<p class="soft">${t.nothing}</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="${t.reviewTitle}"><table><thead><tr><th scope="col">${t.setting}</th><th scope="col">${t.from}</th><th scope="col">${t.to}</th></tr></thead>
<tbody>${changes.map(({ field, from, to }) => html`<tr><th scope="row">${t.fields[field].label}</th><td>${shownValue(field, from, language)}</td><td>${shownValue(field, to, language)}</td></tr>`)}</tbody></table></div>`
    }</section>
<div class="row">${
      obstacle.kind === "none" &&
      html`<form method="post" action="${root}/save">${csrfField(session)}<button>${t.save}</button></form>`
    }
${obstacle.kind === "changed-meanwhile" && html`<form method="post" action="${root}">${csrfField(session)}<button name="next" value="drop">${t.drop}</button></form>`}
<a class="button plain" href="${root}">${t.back}</a></div>`,
  });
}
