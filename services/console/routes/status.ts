import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { answerBrake } from "../status/brake-acts.ts";
import { deactivatePage, statusPage, statusPiece } from "../status/page.ts";
import { tenantStatus } from "../status/queries.ts";
import { deactivate } from "../switching/acts.ts";
import { stillSignedIn } from "./activation.ts";

const path = "/tenants/:tenantId";
const params = z.object({ tenantId: z.string() });
const access = { access: "tenant" } as const;
const notice = z.enum(["deactivated", "brakeDone", "brakeGone"]).nullable().default(null).catch(null);

/** A tenant's status page, and what is decided there: halted deletions, switching off. */
export function statusRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live, now } = parts;
  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  app.get(
    path,
    { config: access, schema: { params, querystring: z.object({ notice }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const status = await visit.inTenant((tx) => tenantStatus(tx, visit.tenantId));
      return show(
        reply,
        statusPage({ ...head(request, visit), status, nowMs: now(), notice: request.query.notice }),
      );
    },
  );

  app.get(`${path}/status/events`, { config: access, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    return live.follow(request, reply, {
      name: "status",
      isAllowed: () => stillSignedIn(request, parts),
      look: async () => {
        const status = await visit.inTenant((tx) => tenantStatus(tx, visit.tenantId));
        return String(statusPiece({ language: visit.language, tenant: visit, status, nowMs: now() }));
      },
    });
  });

  app.post(
    `${path}/brakes/:entity`,
    {
      config: access,
      schema: {
        params: params.extend({ entity: z.enum(["customer", "article"]) }),
        body: z.object({
          revision: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
          decision: z.enum(["confirmed", "dismissed"]),
        }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { entity } = request.params;
      const { revision, decision } = request.body;
      const isTaken = await answerBrake(visit, { entity, revision, decision });
      return reply.redirect(`/tenants/${visit.tenantId}?notice=${isTaken ? "brakeDone" : "brakeGone"}`, 303);
    },
  );

  app.get(`${path}/deactivate`, { config: access, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    if (visit.tenantStatus !== "active") return reply.redirect(`/tenants/${visit.tenantId}`, 303);
    return show(reply, deactivatePage(head(request, visit)));
  });

  app.post(`${path}/deactivate`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    await deactivate(visit);
    return reply.redirect(`/tenants/${visit.tenantId}?notice=deactivated`, 303);
  });
}
