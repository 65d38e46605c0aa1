import { z } from "zod";
import { listKeys } from "../access/key-store.ts";
import { tenantVisit } from "../access/visit.ts";
import { endKey, makeKey } from "../acts/keys.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { keysPage } from "../ui/keys-page.ts";

const path = "/tenants/:tenantId/keys";
const params = z.object({ tenantId: z.string() });

/** Keys with which a tenant's own programs use the JSON interface. */
export function keyRoutes(app: App, { pipeline }: ConsoleParts): void {
  app.get(path, { config: { access: "tenant" }, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const keys = await visit.inTenant((tx) => listKeys(tx, visit.tenantId));
    return show(
      reply,
      keysPage({ ...pageHead(request), tenant: visit, isPipelineUp: pipeline.isUp(), keys, fresh: null }),
    );
  });

  app.post(
    path,
    {
      config: { access: "tenant" },
      schema: { params, body: z.object({ name: z.string().trim().min(1).max(80) }) },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const fresh = await makeKey(visit, request.body.name);
      const keys = await visit.inTenant((tx) => listKeys(tx, visit.tenantId));
      return show(
        reply,
        keysPage({ ...pageHead(request), tenant: visit, isPipelineUp: pipeline.isUp(), keys, fresh }),
      );
    },
  );

  app.post(
    `${path}/:tokenId/end`,
    {
      config: { access: "tenant" },
      schema: {
        params: params.extend({
          tokenId: z.coerce
            .number()
            .int()
            .positive()
            .max(2 ** 53 - 1),
        }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      await endKey(visit, request.params.tokenId);
      return reply.redirect(`/tenants/${visit.tenantId}/keys`, 303);
    },
  );
}
