import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { html } from "../../shared/html.ts";
import { currentSettings, findTenants } from "../../shared/tenants.ts";
import { asksForPiece, goTo, type TenantVisit, tenantVisit } from "../access/visit.ts";
import { connectionHealth } from "../connection/queries.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { findDraft, savedVersions } from "../queries/settings-drafts.ts";
import { changeDraft, checkDraft, dropDraft, saveDraft } from "../settings/acts.ts";
import {
  draftOf,
  missingChecks,
  SETTINGS_FIELDS,
  type SettingsField,
  settingsDifference,
} from "../settings/domain/settings-draft.ts";
import { type SettingsForm, valuesFromForm } from "../settings/domain/settings-form.ts";
import type { SettingsChoices } from "../settings/fields-piece.ts";
import { reviewPage, settingsForm, settingsPage } from "../settings/page.ts";
import { SETTINGS } from "../settings/texts.ts";
import { wizardSteps } from "../wizard/steps-piece.ts";

const path = "/tenants/:tenantId/settings";
const params = z.object({ tenantId: z.string() });
const text = z.string().max(4_000);
const form = z.record(z.string().max(40), z.union([text, z.array(text).max(300)]));

/** The settings: form, checks against Unit4, suggestions, and saving with the difference shown first. */
export function settingsRoutes(app: App, parts: ConsoleParts): void {
  const { pool, unit4, pipeline, now } = parts;
  const tools = { unit4, pool, nowMs: now };
  const access = { access: "tenant" } as const;

  app.get(
    path,
    { config: access, schema: { params, querystring: z.object({ saved: z.string().optional() }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId } = visit;
      const seen = await visit.inTenant(async (tx) => ({
        draft: await findDraft(tx, tenantId),
        connection: (await connectionHealth(tx, tenantId)).state,
        versions: await savedVersions(tx, tenantId),
      }));
      const choices =
        seen.connection === "none" ? NO_CHOICES : await choicesOf(visit, seen.draft.values.administration);
      const isSaved = request.query.saved !== undefined;
      const steps = visit.tenantStatus === "active" ? null : wizardSteps("settings", visit.language);
      return show(reply, settingsPage({ ...head(request, visit), ...seen, choices, isSaved, steps }));
    },
  );

  app.post(path, { config: access, schema: { params, body: form } }, async (request, reply) => {
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
    if (body["next"] === "save" && missingChecks(changed).length === 0)
      return goTo(
        request,
        reply,
        visit.tenantStatus === "active"
          ? `/tenants/${tenantId}/settings/save`
          : `/tenants/${tenantId}/activation/rehearsal`,
      );
    const fields = fieldsToCheck(body["check"]);
    if (fields.length > 0) await checkDraft(visit, tools, fields);
    if (!asksForPiece(request)) return reply.redirect(`/tenants/${tenantId}/settings`, 303);
    const draft = await visit.inTenant((tx) => findDraft(tx, tenantId));
    const choices = await choicesOf(visit, draft.values.administration);
    return show(reply, settingsForm({ ...head(request, visit), draft, choices }));
  });

  app.get(`${path}/save`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const { draft, inForce } = await visit.inTenant(async (tx) => ({
      draft: await findDraft(tx, tenantId),
      inForce: await draftInForce(visit, tx),
    }));
    const changes = settingsDifference(inForce.values, draft.values);
    const fields = missingChecks(draft);
    const trouble =
      fields.length > 0 ? ({ kind: "not-checked", fields } as const) : ({ kind: "none" } as const);
    return show(reply, reviewPage({ ...head(request, visit), changes, trouble }));
  });

  app.post(`${path}/save`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const outcome = await saveDraft(visit);
    switch (outcome.kind) {
      case "saved":
        return goTo(request, reply, `/tenants/${visit.tenantId}/settings?saved=1`);
      case "inactive":
        return goTo(request, reply, `/tenants/${visit.tenantId}/activation`);
      case "not-checked":
        return show(reply, reviewPage({ ...head(request, visit), changes: [], trouble: outcome }));
      case "changed-meanwhile":
        return show(
          reply,
          reviewPage({
            ...head(request, visit),
            changes: outcome.difference,
            trouble: { kind: outcome.kind },
          }),
        );
    }
  });

  app.get(
    `${path}/articles`,
    { config: access, schema: { params, querystring: z.record(z.string().max(40), text) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { field = "" } = request.query;
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

  app.get(`${path}/groups`, { config: access, schema: { params } }, async (request, reply) => {
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

  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  /** What Unit4 offers; a list that does not come is left out, the checks say why. */
  async function choicesOf({ tenantId }: TenantVisit, administration: string): Promise<SettingsChoices> {
    const [administrations, memoFields] = await Promise.all([
      unit4.listAdministrations(tenantId),
      administration === "" ? null : unit4.fetchMemoFields({ tenantId, administration }),
    ]);
    return {
      administrations: administrations.kind === "ok" ? administrations.value : null,
      memoFields: memoFields?.kind === "ok" ? memoFields.value : null,
    };
  }

  async function fixedAdministration(visit: TenantVisit): Promise<string | null> {
    if (visit.tenantStatus !== "active") return null;
    return visit.inTenant(async (tx) => (await draftInForce(visit, tx)).values.administration);
  }
}

const NO_CHOICES: SettingsChoices = { administrations: null, memoFields: null };

async function draftInForce({ tenantId }: TenantVisit, tx: Parameters<typeof findDraft>[0]) {
  const current = await currentSettings(tx, tenantId);
  const tenant = (await findTenants(tx, [tenantId])).get(tenantId);
  return draftOf(current?.settings ?? null, tenant?.administration ?? null, current?.version ?? 0);
}

function fieldsToCheck(wanted: unknown): readonly SettingsField[] {
  return wanted === "all" ? SETTINGS_FIELDS : SETTINGS_FIELDS.filter((field) => field === wanted);
}
