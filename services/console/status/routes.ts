import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forFreshSignIn, forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { deactivate } from "../switching/acts.ts";
import { answerBrake } from "./brake-acts.ts";
import { deactivatePage, statusPage, statusPiece } from "./page.ts";
import { tenantStatus } from "./queries.ts";
import { recentTotals } from "./totals-queries.ts";

const path = "/tenants/:tenantId";
const notice = z
  .enum(["deactivated", "brakeDone", "brakeGone", "resyncAsked", "resyncNot"])
  .nullable()
  .default(null)
  .catch(null);

/** A tenant's status page, and what is decided there: halted deletions, switching off. */
export function statusRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live, now } = parts;
  app.get(
    path,
    { config: forTenant, schema: { params, querystring: z.object({ notice }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const nowMs = now();
      const { status, totals } = await visit.inTenant(async (tx) => ({
        status: await tenantStatus(tx, visit.tenantId),
        totals: await recentTotals(tx, visit.tenantId, new Date(nowMs)),
      }));
      const head = tenantHead(request, pipeline);
      return show(reply, statusPage({ ...head, status, totals, nowMs, notice: request.query.notice }));
    },
  );

  app.get(`${path}/status/events`, { config: forStream, schema: { params } }, (request, reply) => {
    return live.follow(request, reply, {
      name: "status",
      read: tenantStatus,
      show: (status, visit) =>
        String(
          statusPiece({
            language: visit.language,
            session: visit.session,
            tenant: visit,
            status,
            nowMs: now(),
          }),
        ),
    });
  });

  app.post(
    `${path}/brakes/:entity`,
    {
      config: forTenant,
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

  app.get(`${path}/deactivate`, { config: forTenant, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    if (visit.tenantStatus !== "active") return reply.redirect(`/tenants/${visit.tenantId}`, 303);
    return show(reply, deactivatePage(tenantHead(request, pipeline)));
  });

  app.post(`${path}/deactivate`, { config: forFreshSignIn, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    await deactivate(visit);
    return reply.redirect(`/tenants/${visit.tenantId}?notice=deactivated`, 303);
  });
}
