import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { signedInVisit, type TenantVisit, tenantVisit } from "../access/visit.ts";
import { beginConnecting, finishConnecting } from "../acts/connecting.ts";
import { connectionHealth } from "../connection/queries.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { connectPage } from "../ui/wizard-pages.ts";

const path = "/tenants/:tenantId/activation/connect";
const params = z.object({ tenantId: z.string() });
const access = { access: "tenant" } as const;

const TROUBLES = ["state-unknown", "denied", "code-refused", "client-refused", "unavailable"] as const;

/** Connecting to Unit4 by its own login page, first or again (rule A3). */
export function connectingRoutes(app: App, { config, pool, unit4, pipeline }: ConsoleParts): void {
  const redirectUri = config.UNIT4_REDIRECT_URI ?? new URL("/unit4/callback", config.CONSOLE_PUBLIC_URL).href;
  const tools = { pool, unit4, redirectUri };
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
      const connection = await visit.inTenant((tx) => connectionHealth(tx, visit.tenantId));
      const { trouble = null } = request.query;
      return show(reply, connectPage({ ...head(request, visit), connection, trouble }));
    },
  );

  app.post(path, { config: access, schema: { params } }, async (request, reply) => {
    const { tenantId } = tenantVisit(request);
    const { session } = signedInVisit(request);
    return reply.redirect(await beginConnecting(tools, { session, tenantId }), 303);
  });

  app.get(
    "/unit4/callback",
    {
      config: { access: "signed-in" },
      schema: {
        querystring: z.object({
          state: z.string().max(200).default(""),
          code: z.string().max(4_000).nullable().default(null),
          error: z.string().max(200).nullable().default(null),
        }),
      },
    },
    async (request, reply) => {
      const { session } = signedInVisit(request);
      const outcome = await finishConnecting(tools, session, request.query);
      if (outcome.kind === "connected") {
        const root = `/tenants/${outcome.tenantId}`;
        return reply.redirect(outcome.isActive ? root : `${root}/activation`, 303);
      }
      const tenantId = outcome.kind === "state-unknown" ? session.tenantId : outcome.tenantId;
      if (tenantId === null) return reply.redirect("/", 303);
      return reply.redirect(`/tenants/${tenantId}/activation/connect?trouble=${outcome.kind}`, 303);
    },
  );
}
