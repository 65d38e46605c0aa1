import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import { auditPage } from "../audit/page.ts";
import { listActs } from "../audit/queries.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";

const day = z.union([z.literal(""), z.iso.date()]).default("");

/** Which acts are asked for; an operator may ask for those of one tenant. */
const auditQuery = z.object({
  by: z.string().trim().max(200).default(""),
  act: z.string().trim().max(80).default(""),
  from: day,
  to: day,
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});

/** What people did: everything for operators, a tenant's own for its people. */
export function auditRoutes(app: App, { pool, pipeline }: ConsoleParts): void {
  app.get(
    "/operator/audit",
    {
      config: { access: "operator" },
      schema: { querystring: auditQuery.extend({ tenant: z.string().trim().max(63).default("") }) },
    },
    async (request, reply) => {
      const { tenant: tenantId, before = null, ...rest } = request.query;
      const choice = { tenantId, before, ...rest };
      const list = await listActs(pool, choice);
      return show(reply, auditPage({ ...pageHead(request), isPipelineUp: pipeline.isUp(), list, choice }));
    },
  );

  app.get(
    "/tenants/:tenantId/audit",
    {
      config: { access: "tenant" },
      schema: { params: z.object({ tenantId: z.string() }), querystring: auditQuery },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { before = null, ...rest } = request.query;
      const choice = { tenantId: visit.tenantId, before, ...rest };
      const list = await visit.inTenant((tx) => listActs(tx, choice));
      return show(
        reply,
        auditPage({ ...pageHead(request), tenant: visit, isPipelineUp: pipeline.isUp(), list, choice }),
      );
    },
  );
}
