import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { countArchivedWhileOff } from "../workorders/while-off-queries.ts";
import { loadingPage, loadingProgress } from "./page.ts";
import { loadingOf } from "./queries.ts";

const path = "/tenants/:tenantId/activation/loading";

/** What is being fetched right after the integration was switched on (rules A6, M11). */
export function loadingRoutes(app: App, { pipeline, live, now }: ConsoleParts): void {
  app.get(path, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    if (visit.tenantStatus !== "active") return reply.redirect(`/tenants/${visit.tenantId}/activation`, 303);
    const { progress, whileOff } = await visit.inTenant(async (tx) => ({
      progress: await loadingOf(tx, visit.tenantId),
      whileOff: await countArchivedWhileOff(tx, visit.tenantId),
    }));
    return show(reply, loadingPage({ ...tenantHead(request, pipeline), progress, whileOff, nowMs: now() }));
  });

  app.get(`${path}/events`, { config: forStream, schema: { params } }, (request, reply) => {
    return live.follow(request, reply, {
      name: "loading",
      read: loadingOf,
      show: (progress, { language }) => String(loadingProgress({ language, progress, nowMs: now() })),
    });
  });
}
