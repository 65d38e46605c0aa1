import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import { forTenant, params } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { askResync } from "./acts.ts";

/** What the office presses to have its lists fetched again (rule A16). */
export function resyncRoutes(app: App): void {
  app.post(
    "/tenants/:tenantId/resync",
    { config: forTenant, schema: { params, body: z.object({ what: z.enum(["changes", "everything"]) }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const isAsked = await askResync(visit, request.body.what === "everything");
      return reply.redirect(
        `/tenants/${visit.tenantId}?notice=${isAsked ? "resyncAsked" : "resyncNot"}`,
        303,
      );
    },
  );
}
