import { z } from "zod";
import { signedInVisit, tenantVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { WIZARD } from "../wizard/texts.ts";
import { beginConnecting, finishConnecting } from "./acts.ts";
import { type ConnectRefusal, connectPage } from "./page.ts";
import { administrationOf, connectionHealth } from "./queries.ts";

const path = "/tenants/:tenantId/activation/connect";

const REFUSALS = Object.keys(WIZARD.nl.connectRefusals) as readonly ConnectRefusal[];

/** Connecting to Unit4 by its own login page, first or again (rule A3). */
export function connectingRoutes(app: App, { config, pool, unit4, pipeline }: ConsoleParts): void {
  const redirectUri = config.UNIT4_REDIRECT_URI ?? new URL("/unit4/callback", config.CONSOLE_PUBLIC_URL).href;
  const tools = { pool, unit4, redirectUri };
  app.get(
    path,
    {
      config: forTenant,
      schema: { params, querystring: z.object({ refusal: z.enum(REFUSALS).optional() }) },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const seen = await visit.inTenant(async (tx) => ({
        connection: await connectionHealth(tx, visit.tenantId),
        administration: await administrationOf(tx, visit.tenantId),
      }));
      const { refusal = null } = request.query;
      return show(reply, connectPage({ ...tenantHead(request, pipeline), ...seen, refusal }));
    },
  );

  app.post(path, { config: forTenant, schema: { params } }, async (request, reply) => {
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
      const result = await finishConnecting(tools, session, request.query);
      if (result.kind === "connected") {
        const root = `/tenants/${result.tenantId}`;
        return reply.redirect(result.isActive ? root : `${root}/activation`, 303);
      }
      const tenantId = result.kind === "state-unknown" ? session.tenantId : result.tenantId;
      if (tenantId === null) return reply.redirect("/", 303);
      return reply.redirect(`/tenants/${tenantId}/activation/connect?refusal=${result.kind}`, 303);
    },
  );
}
