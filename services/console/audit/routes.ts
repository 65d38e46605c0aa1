import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { forTenant, params, tenantHead } from "../page/tenant-route.ts";
import { dayOrNone } from "../parts/domain/day.ts";
import type { App } from "../parts/web-app.ts";
import { auditPage } from "./page.ts";
import { type ActorChoice, listActs } from "./queries.ts";

const day = dayOrNone.default("");

/** Which acts are asked for; an operator may ask for those of one tenant. */
const auditQuery = z.object({
  by: z.string().trim().max(200).default(""),
  actor: z
    .string()
    .regex(/^((user|key)-\d{1,15})?$/)
    .default(""),
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
      const { tenant: tenantId, before = null, actor, ...rest } = request.query;
      const choice = { tenantId, before, actor: actorChoice(actor), ...rest };
      const list = await listActs(pool, choice);
      return show(reply, auditPage({ ...pageHead(request), isPipelineUp: pipeline.isUp(), list, choice }));
    },
  );

  app.get(
    "/tenants/:tenantId/audit",
    {
      config: forTenant,
      schema: { params, querystring: auditQuery },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { before = null, actor, ...rest } = request.query;
      const choice = { tenantId: visit.tenantId, before, actor: actorChoice(actor), ...rest };
      const list = await visit.inTenant((tx) => listActs(tx, choice));
      return show(reply, auditPage({ ...tenantHead(request, pipeline), list, choice }));
    },
  );
}

function actorChoice(actor: string): ActorChoice | null {
  const [kind, id] = actor.split("-");
  return kind === "user" || kind === "key" ? { kind, id: Number(id) } : null;
}
