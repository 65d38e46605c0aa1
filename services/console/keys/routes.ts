import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { KEY_SCOPES, listKeys } from "../access/key-store.ts";
import { signedInVisit, tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forFreshSignIn, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { adoptKey, endKey, makeKey } from "./acts.ts";
import { KEY_DAYS, keysPage } from "./page.ts";

const path = "/tenants/:tenantId/keys";
const scope = z.enum(KEY_SCOPES);
const keyForm = z.object({
  name: z.string().trim().min(1).max(80),
  /** Nothing marked: the least there is. */
  scope: z.union([scope.transform((one) => [one]), z.array(scope).max(KEY_SCOPES.length)]).default(["read"]),
  days: z.coerce.number().pipe(z.literal(KEY_DAYS)).default(365),
});
const keyParams = params.extend({
  tokenId: z.coerce
    .number()
    .int()
    .positive()
    .max(2 ** 53 - 1),
});
const querystring = z.object({ page: z.coerce.number().int().min(1).max(1_000_000).default(1) });

/** Keys with which a tenant's own programs use the JSON interface. */
export function keyRoutes(app: App, { pipeline }: ConsoleParts): void {
  app.get(path, { config: forTenant, schema: { params, querystring } }, (request, reply) =>
    showKeys(request, reply, { page: request.query.page, fresh: null }),
  );

  app.post(path, { config: forFreshSignIn, schema: { params, body: keyForm } }, async (request, reply) => {
    const { name, scope: scopes, days } = request.body;
    const fresh = await makeKey(tenantVisit(request), { name, scopes: [...new Set(scopes)], days });
    return showKeys(request, reply, { page: 1, fresh });
  });

  app.post(
    `${path}/:tokenId/end`,
    { config: forTenant, schema: { params: keyParams } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      await endKey(visit, request.params.tokenId);
      return reply.redirect(`/tenants/${visit.tenantId}/keys`, 303);
    },
  );

  app.post(
    `${path}/:tokenId/take-over`,
    { config: forFreshSignIn, schema: { params: keyParams } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const heldBy = signedInVisit(request).session.userId;
      await adoptKey(visit, { tokenId: request.params.tokenId, heldBy });
      return reply.redirect(`/tenants/${visit.tenantId}/keys`, 303);
    },
  );

  async function showKeys(
    request: FastifyRequest,
    reply: FastifyReply,
    { page, fresh }: { readonly page: number; readonly fresh: string | null },
  ): Promise<FastifyReply> {
    const visit = tenantVisit(request);
    const list = await visit.inTenant((tx) => listKeys(tx, visit.tenantId, page));
    return show(reply, keysPage({ ...tenantHead(request, pipeline), list, fresh }));
  }
}
