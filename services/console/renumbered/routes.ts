import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { address } from "../page/paging.ts";
import { forTenant, params, tenantHead } from "../page/tenant-route.ts";
import { SERVICE } from "../parts/domain/service-name.ts";
import type { App } from "../parts/web-app.ts";
import { moveAddresses } from "./acts.ts";
import { renumberedPage } from "./page.ts";
import { renumberedCustomers } from "./queries.ts";

const path = "/tenants/:tenantId/renumbered";
const id = z.string().min(1).max(200);

/** Customers that live on under another number, and the work addresses that were left behind (case O43). */
export function renumberedRoutes(app: App, { pipeline, now }: ConsoleParts): void {
  app.get(
    path,
    {
      config: forTenant,
      schema: { params, querystring: z.object({ moved: z.coerce.number().int().optional() }) },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const customers = await visit.inTenant((tx) => renumberedCustomers(tx, visit.tenantId));
      const { moved = null } = request.query;
      return show(reply, renumberedPage({ ...tenantHead(request, pipeline), customers, moved }));
    },
  );

  app.post(
    path,
    { config: forTenant, schema: { params, body: z.object({ from: id, to: id }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId, by } = visit;
      const { from, to } = request.body;
      // The message goes after the rows: where Kafka is away, the next cleaning closes the warning.
      const messages = await pipeline.messages();
      const moved = await moveAddresses(visit, { from, to });
      if (moved > 0)
        await messages.log([
          {
            ...{ tenantId, recordId: from, recordName: from, at: now(), service: SERVICE },
            code: "CUSTOMER_ADDRESSES_MOVED",
            params: { id: from, to, count: String(moved), by },
            closes: ["CUSTOMER_ADDRESSES_LEFT"],
            occurrence: `${to}/${now()}`,
          },
        ]);
      return reply.redirect(address(`/tenants/${tenantId}/renumbered`, { moved }), 303);
    },
  );
}
