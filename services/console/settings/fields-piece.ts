import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import { checkText } from "./check-texts.ts";
import type { ArticleField, Draft, FieldCheck, SettingsField } from "./domain/settings-draft.ts";
import { SETTINGS } from "./texts.ts";

/** Administrations to choose from; null where Unit4 could not be asked: the code is typed then. */
export type SettingsChoices = readonly { readonly name: string; readonly value: string }[] | null;

export type FieldsView = {
  readonly language: Language;
  readonly draft: Draft;
  readonly choices: SettingsChoices;
  /** Path of the settings page. */
  readonly root: string;
  /** An active tenant keeps its administration. */
  readonly isActive: boolean;
};

/** The fields of the settings form, each with its check. */
export function settingsFields(view: FieldsView): Html {
  const t = SETTINGS[view.language];
  const { values } = view.draft;
  return html`<section class="card"><h2>${t.groups.administration}</h2>${administrationField(view)}</section>
<section class="card"><h2>${t.groups.hours}</h2>
${(["workArticle", "travelArticle", "standardArticle"] as const).map((field) => articleField(view, field))}
${yesOrNo(view, "standardArticleAlone")}</section>
<section class="card"><h2>${t.groups.articles}</h2>
${field(
  view,
  "articleGroups",
  (
    ids,
  ) => html`<textarea id="articleGroups" name="articleGroups" rows="3" ${ids}>${values.articleGroups.join("\n")}</textarea>
<div id="groups" hx-get="${view.root}/groups" hx-trigger="load" hx-target="this" hx-swap="innerHTML"></div>`,
)}
${checkedSet(
  view,
  "articleTypes",
  t.types.map((label, type) => ({ value: String(type), label, isOn: values.articleTypes.includes(type) })),
)}
${choiceField(
  view,
  "firstWorkAddress",
  [
    ["invoice", t.firstAddress.invoice],
    ["standard", t.firstAddress.standard],
  ],
  values.firstWorkAddress,
)}</section>
<section class="card"><h2>${t.groups.remarks}</h2>
${yesOrNo(view, "descriptionOnOrder")}
${choiceField(view, "remarks", Object.entries(t.remarks), values.remarks)}
${memoField(view)}</section>
<section class="card"><h2>${t.groups.filter}</h2>
${field(view, "filterWord", (ids) => html`<input id="filterWord" name="filterWord" value="${values.filterWord}" maxlength="200" ${ids}>`)}</section>`;
}

function yesOrNo(view: FieldsView, name: "standardArticleAlone" | "descriptionOnOrder"): Html {
  const t = SETTINGS[view.language];
  const choices: readonly (readonly [string, string])[] = [
    ["no", t.no],
    ["yes", t.yes],
  ];
  return choiceField(view, name, choices, view.draft.values[name] ? "yes" : "no");
}

/** Label, hint, input, button and what the check found. */
function field(view: FieldsView, name: SettingsField, input: (ids: Html) => Html): Html {
  const t = SETTINGS[view.language];
  const { label, hint } = t.fields[name];
  const check = view.draft.checks[name];
  const ids = html`aria-describedby="${name}-hint ${name}-check"${check?.state === "error" && html` aria-invalid="true"`}`;
  return html`<div class="field"><label for="${name}">${label}</label><p class="hint" id="${name}-hint">${hint}</p>
${input(ids)}${checkLine(view, name, label, check)}</div>`;
}

function checkLine(
  view: FieldsView,
  name: SettingsField,
  label: string,
  check: FieldCheck | undefined,
): Html {
  const { language } = view;
  const t = SETTINGS[language];
  const KIND = { ok: "good", warning: "warning", error: "error", unchecked: "warning" } as const;
  return html`<div class="row check-line"><button class="plain" name="check" value="${name}">${t.check}<span class="hidden"> ${label}</span></button>
<span id="${name}-check" aria-live="polite">${
    check === undefined
      ? html`<span class="soft">${t.notChecked}</span>`
      : html`<span class="badge ${KIND[check.state]}">${t.states[check.state]}</span> ${checkText(check, language)}
<span class="soft small">${t.checkedAt} ${shownTime(check.at, language)}</span>`
  }</span></div>`;
}

/** Chosen from a list; an active tenant keeps its own, and without a list the code is typed. */
function administrationField(view: FieldsView): Html {
  const { draft, choices, isActive, language } = view;
  const t = SETTINGS[language];
  const chosen = draft.values.administration;
  return field(view, "administration", (ids) => {
    if (isActive) return html`<input id="administration" value="${chosen}" disabled ${ids}>`;
    if (choices === null)
      return html`<input id="administration" name="administration" value="${chosen}" maxlength="60" ${ids}><p class="hint">${t.typeAdministration}</p>`;
    const isListed = choices.some(({ name }) => name === chosen);
    return html`<select id="administration" name="administration" ${ids}><option value="">${t.choose}</option>
${choices.map(({ name, value }) => html`<option value="${name}"${name === chosen && html` selected`}>${value} (${name})</option>`)}
${chosen !== "" && !isListed && html`<option value="${chosen}" selected>${chosen} – ${t.unknownChoice}</option>`}</select>`;
  });
}

/** Suggestions come while typing; without scripts the code is simply typed. */
function articleField(view: FieldsView, name: ArticleField): Html {
  const { draft, root } = view;
  return field(
    view,
    name,
    (
      ids,
    ) => html`<input id="${name}" name="${name}" value="${draft.values[name]}" maxlength="100" autocomplete="off" list="${name}-list"
hx-get="${root}/articles" hx-trigger="input changed delay:250ms" hx-target="#${name}-list" hx-swap="innerHTML" hx-vals='{"field":"${name}"}' hx-include="this" ${ids}>
<datalist id="${name}-list"></datalist>`,
  );
}

/** Its suggestions come by themselves; without scripts the field's key is simply typed. */
function memoField(view: FieldsView): Html {
  const { draft, root } = view;
  return field(
    view,
    "memoField",
    (
      ids,
    ) => html`<input id="memoField" name="memoField" value="${draft.values.memoField}" maxlength="100" autocomplete="off" list="memoField-list" ${ids}>
<datalist id="memoField-list" hx-get="${root}/memo-fields" hx-trigger="load" hx-target="this" hx-swap="innerHTML"></datalist>`,
  );
}

function choiceField(
  view: FieldsView,
  name: SettingsField,
  choices: readonly (readonly [string, string])[],
  chosen: string,
): Html {
  return field(
    view,
    name,
    (ids) =>
      html`<select id="${name}" name="${name}" ${ids}>${choices.map(
        ([value, label]) =>
          html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`,
      )}</select>`,
  );
}

function checkedSet(
  view: FieldsView,
  name: SettingsField,
  boxes: readonly { readonly value: string; readonly label: string; readonly isOn: boolean }[],
): Html {
  const { label, hint } = SETTINGS[view.language].fields[name];
  return html`<fieldset aria-describedby="${name}-hint ${name}-check"><legend>${label}</legend><p class="hint" id="${name}-hint">${hint}</p>
${boxes.map(
  (box) =>
    html`<label class="check"><input type="checkbox" name="${name}" value="${box.value}"${box.isOn && html` checked`}> ${box.label}</label>`,
)}${checkLine(view, name, label, view.draft.checks[name])}</fieldset>`;
}
