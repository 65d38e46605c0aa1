import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import { rehearse } from "../acts/rehearsal.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { findRehearsal } from "../queries/rehearsals.ts";
import { rehearsalPage, rehearsalPiece } from "../rehearsal/page.ts";
import { stillSignedIn } from "./activation.ts";

const path = "/tenants/:tenantId/activation/rehearsal";
const params = z.object({ tenantId: z.string() });
const access = { access: "tenant" } as const;

const TROUBLES = [
  "already-active",
  "not-emptied",
  "still-emptying",
  "not-connected",
  "administration-taken",
  "not-checked",
] as const;

/** The rehearsal of an activation (rule A10): it begins by itself and goes on without the browser. */
export function rehearsalRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live } = parts;
  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  app.get(
    path,
    { config: access, schema: { params, querystring: z.object({ trouble: z.enum(TROUBLES).optional() }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const root = `/tenants/${visit.tenantId}`;
      if (visit.tenantStatus === "active") return reply.redirect(root, 303);
      const outcome = await rehearse(visit, false);
      if (outcome.kind === "not-checked") return reply.redirect(`${root}/settings`, 303);
      const { trouble = null } = request.query;
      return show(reply, rehearsalPage({ ...head(request, visit), rehearsal: outcome.rehearsal, trouble }));
    },
  );

  app.post(path, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    await rehearse(visit, true);
    return reply.redirect(`/tenants/${visit.tenantId}/activation/rehearsal`, 303);
  });

  app.get(`${path}/events`, { config: access, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    return live.follow(request, reply, {
      name: "rehearsal",
      isAllowed: () => stillSignedIn(request, parts),
      look: async () => {
        const rehearsal = await visit.inTenant((tx) => findRehearsal(tx, visit.tenantId));
        const { language, session } = visit;
        return rehearsal === null
          ? ""
          : String(rehearsalPiece({ language, session, tenant: visit, rehearsal }));
      },
    });
  });
}
