import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import type { App } from "../parts/web-app.ts";
import { changeDraft, checkDraft, dropDraft, saveDraft } from "../settings/acts.ts";
import { checkText } from "../settings/check-texts.ts";
import {
  type Draft,
  type DraftValues,
  missingChecks,
  SETTINGS_FIELDS,
} from "../settings/domain/settings-draft.ts";
import { draftInForce } from "../settings/queries.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { described, forKeys, ROOT, tenantParams } from "./operation.ts";
import { CONFLICT, PROBLEMS, sayNo } from "./problems.ts";

const code = z.string().trim().max(100);

const values = z.strictObject({
  administration: code.describe(FIELDS.administration),
  travelArticle: code.describe(FIELDS.travelArticle),
  workArticle: code.describe(FIELDS.workArticle),
  standardArticle: code.describe(FIELDS.standardArticle),
  standardArticleAlone: z.boolean().default(false).describe(FIELDS.standardArticleAlone),
  articleGroups: z.array(code.min(1)).max(300).describe(FIELDS.articleGroups),
  articleTypes: z.array(z.int().min(0).max(999)).max(20).describe(FIELDS.articleTypes),
  descriptionOnOrder: z.boolean().describe(FIELDS.descriptionOnOrder),
  filterWord: z.string().trim().max(1_000).describe(FIELDS.filterWord),
  remarks: z.enum(["none", "workAddress", "description", "both"]).describe(FIELDS.remarks),
  memoField: code.describe(FIELDS.memoField),
  firstWorkAddress: z.enum(["invoice", "standard"]).describe(FIELDS.firstWorkAddress),
});

const version = z.int().min(0).describe(FIELDS.version);
const versioned = z.strictObject({ version, settings: values });
const checks = z.object({
  isRight: z.boolean(),
  checks: z.array(
    z.object({
      field: z.string(),
      state: z.string(),
      code: z.string(),
      text: z.string(),
      at: z.iso.datetime(),
    }),
  ),
});
const saved = z.object({
  version,
  changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
});

/** Settings of a tenant, for its programs. */
export function settingsApi(api: App, { unit4, pool, now }: ConsoleParts): void {
  const tools = { unit4, pool, nowMs: now };

  api.get(
    `${ROOT}/settings`,
    {
      config: forKeys("read"),
      schema: {
        ...described("readSettings", "settings"),
        params: tenantParams,
        response: { 200: versioned.describe("What is in force."), ...PROBLEMS },
      },
    },
    async (request) => {
      const inForce = await settingsInForce(tenantVisit(request));
      return { version: inForce.basedOn, settings: plain(inForce.values) };
    },
  );

  api.post(
    `${ROOT}/settings/check`,
    {
      config: { ...forKeys("operate"), takes: "check" as const },
      schema: {
        ...described("checkSettings", "settings"),
        params: tenantParams,
        body: values,
        response: { 200: checks.describe("What was found of each setting."), ...PROBLEMS },
      },
    },
    async (request) => {
      const visit = tenantVisit(request);
      const draft = await checked(visit, request.body);
      return { isRight: missingChecks(draft).length === 0, checks: shownChecks(draft, visit) };
    },
  );

  api.put(
    `${ROOT}/settings`,
    {
      config: { ...forKeys("operate"), takes: "check" as const },
      schema: {
        ...described("saveSettings", "settings"),
        params: tenantParams,
        body: versioned,
        response: { 200: saved.describe("The version that is in force now."), ...PROBLEMS, ...CONFLICT },
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      if (visit.tenantStatus !== "active")
        return sayNo(request, reply, { status: 409, code: "TENANT_INACTIVE" });
      if ((await settingsInForce(visit)).basedOn !== request.body.version)
        return changedMeanwhile(request, reply);
      // What somebody left unsaved began with an older version, perhaps.
      await dropDraft(visit);
      const draft = await checked(visit, request.body.settings);
      const result = await saveDraft(visit);
      switch (result.kind) {
        case "saved":
          return { version: result.version, changes: result.difference.map((change) => ({ ...change })) };
        case "inactive":
          return sayNo(request, reply, { status: 409, code: "TENANT_INACTIVE" });
        case "changed-meanwhile":
          return changedMeanwhile(request, reply);
        case "not-checked":
          return sayNo(request, reply, {
            status: 409,
            code: "SETTINGS_NOT_RIGHT",
            faults: faultsOf(draft, visit),
          });
      }
    },
  );

  async function checked(visit: TenantVisit, wanted: z.infer<typeof values>): Promise<Draft> {
    await changeDraft(visit, { ...wanted, administration: await administrationFor(visit, wanted) });
    return checkDraft(visit, tools, SETTINGS_FIELDS);
  }
}

const changedMeanwhile = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sayNo(request, reply, { status: 409, code: "SETTINGS_CHANGED_MEANWHILE" });

const settingsInForce = ({ tenantId, inTenant }: TenantVisit): Promise<Draft> =>
  inTenant((tx) => draftInForce(tx, tenantId));

/** An active tenant keeps the administration that it was activated with. */
async function administrationFor(
  visit: TenantVisit,
  { administration }: z.infer<typeof values>,
): Promise<string> {
  if (visit.tenantStatus !== "active") return administration;
  return (await settingsInForce(visit)).values.administration;
}

const plain = (of: DraftValues): z.infer<typeof values> => ({
  ...of,
  articleGroups: [...of.articleGroups],
  articleTypes: [...of.articleTypes],
});

const shownChecks = (draft: Draft, { language }: TenantVisit) =>
  SETTINGS_FIELDS.flatMap((field) => {
    const check = draft.checks[field];
    if (check === undefined) return [];
    const { state, code } = check;
    return [{ field, state, code, text: checkText(check, language), at: new Date(check.at).toISOString() }];
  });

const faultsOf = (draft: Draft, visit: TenantVisit) => {
  const missing = missingChecks(draft);
  return shownChecks(draft, visit)
    .filter(({ field }) => missing.includes(field))
    .map(({ field, text }) => ({ path: `/settings/${field}`, message: text }));
};
