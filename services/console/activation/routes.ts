import { z } from "zod";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { nextStep } from "../wizard/domain/activation-step.ts";
import { activateDraft, beginRound } from "./acts.ts";
import { activationFacts } from "./queries.ts";
import { startPage } from "./start-page.ts";

const path = "/tenants/:tenantId/activation";

/** The activation, step by step (rules A1–A12); each page sends people on to the step that is next. */
export function activationRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline } = parts;
  app.get(path, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const step = nextStep(await visit.inTenant((tx) => activationFacts(tx, visit.tenantId)));
    if (step === "start")
      return show(reply, startPage({ ...tenantHead(request, pipeline), isRefused: false }));
    return reply.redirect(stepPath(visit, step), 303);
  });

  app.post(
    path,
    { config: forTenant, schema: { params, body: z.object({ terms: z.string().optional() }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      if (request.body.terms !== "yes")
        return show(reply, startPage({ ...tenantHead(request, pipeline), isRefused: true }));
      await beginRound(visit);
      return reply.redirect(`/tenants/${visit.tenantId}/activation`, 303);
    },
  );

  app.post(`${path}/save`, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const result = await activateDraft(visit);
    const root = `/tenants/${visit.tenantId}/activation`;
    if (result.kind === "activated" || result.kind === "already-active")
      return reply.redirect(`${root}/loading`, 303);
    return reply.redirect(`${root}/rehearsal?refusal=${result.kind}`, 303);
  });
}

function stepPath({ tenantId }: TenantVisit, step: ReturnType<typeof nextStep>): string {
  const root = `/tenants/${tenantId}`;
  if (step === "settings") return `${root}/settings`;
  return step === "on" ? root : `${root}/activation/${step}`;
}
