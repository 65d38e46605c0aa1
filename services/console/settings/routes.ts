import { z } from "zod";
import { html } from "../../shared/html.ts";
import { asksForPiece, goTo, type TenantVisit, tenantVisit } from "../access/visit.ts";
import { connectionHealth } from "../connection/queries.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";
import { changeDraft, checkDraft, dropDraft, saveDraft } from "./acts.ts";
import {
  ARTICLE_FIELDS,
  missingChecks,
  SETTINGS_FIELDS,
  type SettingsField,
  settingsDifference,
} from "./domain/settings-draft.ts";
import { type SettingsForm, valuesFromForm } from "./domain/settings-form.ts";
import type { SettingsChoices } from "./fields-piece.ts";
import { reviewPage, settingsForm, settingsPage } from "./page.ts";
import { draftInForce, findDraft, savedVersions } from "./queries.ts";
import { SETTINGS } from "./texts.ts";

const path = "/tenants/:tenantId/settings";
const asksUnit4 = { ...forTenant, takes: "check" } as const;
const text = z.string().max(4_000);
const form = z.record(z.string().max(40), z.union([text, z.array(text).max(300)]));

/** The settings: form, checks against Unit4, suggestions, and saving with the difference shown first. */
export function settingsRoutes(
  app: App,
  parts: ConsoleParts & {
    /** Settings of a tenant that is not active yet go on to a rehearsal. */
    readonly beginRehearsal: (visit: TenantVisit) => Promise<unknown>;
  },
): void {
  const { pool, unit4, pipeline, now, beginRehearsal } = parts;
  const tools = { unit4, pool, nowMs: now };

  app.get(
    path,
    { config: forTenant, schema: { params, querystring: z.object({ saved: z.string().optional() }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId } = visit;
      const seen = await visit.inTenant(async (tx) => ({
        draft: await findDraft(tx, tenantId),
        connection: (await connectionHealth(tx, tenantId)).state,
        versions: await savedVersions(tx, tenantId),
      }));
      const choices = seen.connection === "connected" ? await choicesOf(visit) : null;
      const isSaved = request.query.saved !== undefined;
      const steps = visit.tenantStatus === "active" ? null : wizardSteps("settings", visit.language);
      return show(
        reply,
        settingsPage({ ...tenantHead(request, pipeline), ...seen, choices, isSaved, steps }),
      );
    },
  );

  app.post(path, { config: asksUnit4, schema: { params, body: form } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const { body } = request;
    if (body["next"] === "drop") {
      await dropDraft(visit);
      return goTo(request, reply, `/tenants/${tenantId}/settings`);
    }
    const changed = await changeDraft(
      visit,
      valuesFromForm(body as SettingsForm, await fixedAdministration(visit)),
    );
    if (body["next"] === "save" && missingChecks(changed).length === 0) {
      if (visit.tenantStatus === "active") return goTo(request, reply, `/tenants/${tenantId}/settings/save`);
      await beginRehearsal(visit);
      return goTo(request, reply, `/tenants/${tenantId}/activation/rehearsal`);
    }
    const fields = fieldsToCheck(body["check"]);
    if (fields.length > 0) await checkDraft(visit, tools, fields);
    if (!asksForPiece(request)) return reply.redirect(`/tenants/${tenantId}/settings`, 303);
    const draft = await visit.inTenant((tx) => findDraft(tx, tenantId));
    const choices = await choicesOf(visit);
    return show(reply, settingsForm({ ...tenantHead(request, pipeline), draft, choices }));
  });

  app.get(`${path}/save`, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const { draft, inForce } = await visit.inTenant(async (tx) => ({
      draft: await findDraft(tx, tenantId),
      inForce: await draftInForce(tx, visit.tenantId),
    }));
    const changes = settingsDifference(inForce.values, draft.values);
    const fields = missingChecks(draft);
    const obstacle =
      fields.length > 0 ? ({ kind: "not-checked", fields } as const) : ({ kind: "none" } as const);
    return show(reply, reviewPage({ ...tenantHead(request, pipeline), changes, obstacle }));
  });

  app.post(`${path}/save`, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const result = await saveDraft(visit);
    switch (result.kind) {
      case "saved":
        return goTo(request, reply, `/tenants/${visit.tenantId}/settings?saved=1`);
      case "inactive":
        return goTo(request, reply, `/tenants/${visit.tenantId}/activation`);
      case "not-checked":
        return show(reply, reviewPage({ ...tenantHead(request, pipeline), changes: [], obstacle: result }));
      case "changed-meanwhile":
        return show(
          reply,
          reviewPage({
            ...tenantHead(request, pipeline),
            changes: result.difference,
            obstacle: { kind: result.kind },
          }),
        );
    }
  });

  app.get(
    `${path}/articles`,
    {
      config: asksUnit4,
      schema: { params, querystring: z.object({ field: z.enum(ARTICLE_FIELDS) }).catchall(text) },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { field } = request.query;
      const typed = (request.query[field] ?? "").trim();
      const { values } = await visit.inTenant((tx) => findDraft(tx, visit.tenantId));
      if (typed.length < 2 || values.administration === "") return show(reply, html``);
      const tenant = { tenantId: visit.tenantId, administration: values.administration };
      const found = await unit4.searchArticles(tenant, typed);
      const articles = found.kind === "ok" ? found.value.slice(0, 20) : [];
      return show(
        reply,
        html`${articles.map(({ productId, description }) => html`<option value="${productId}">${productId} – ${description}</option>`)}`,
      );
    },
  );

  app.get(`${path}/memo-fields`, { config: asksUnit4, schema: { params } }, async (request, reply) => {
    const { tenantId, inTenant } = tenantVisit(request);
    const { values } = await inTenant((tx) => findDraft(tx, tenantId));
    const { administration } = values;
    const found = administration === "" ? null : await unit4.fetchMemoFields({ tenantId, administration });
    const fields = found?.kind === "ok" ? found.value : [];
    return show(
      reply,
      html`${fields.map(({ key, title }) => html`<option value="${key}">${title} (${key})</option>`)}`,
    );
  });

  app.get(`${path}/groups`, { config: asksUnit4, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const t = SETTINGS[visit.language];
    const { values } = await visit.inTenant((tx) => findDraft(tx, visit.tenantId));
    if (values.administration === "") return show(reply, html``);
    const found = await unit4.fetchArticleGroups({
      tenantId: visit.tenantId,
      administration: values.administration,
    });
    if (found.kind !== "ok") return show(reply, html`<p class="soft">${t.groupsAway}</p>`);
    return show(
      reply,
      html`<details><summary>${t.groupsInUnit4} (${found.value.length})</summary><ul class="picks">${found.value.map(
        ({ name, value }) =>
          html`<li><button type="button" class="link" data-adds-line="articleGroups" data-line="${value || name}">${value || name}</button> <span class="soft">${name}</span></li>`,
      )}</ul></details>`,
    );
  });

  /** An active tenant keeps its administration: its page waits for nobody. */
  async function choicesOf({ tenantId, tenantStatus }: TenantVisit): Promise<SettingsChoices> {
    if (tenantStatus === "active") return null;
    const found = await unit4.listAdministrations(tenantId);
    return found.kind === "ok" ? found.value : null;
  }

  async function fixedAdministration(visit: TenantVisit): Promise<string | null> {
    if (visit.tenantStatus !== "active") return null;
    return visit.inTenant(async (tx) => (await draftInForce(tx, visit.tenantId)).values.administration);
  }
}

function fieldsToCheck(wanted: unknown): readonly SettingsField[] {
  return wanted === "all" ? SETTINGS_FIELDS : SETTINGS_FIELDS.filter((field) => field === wanted);
}
