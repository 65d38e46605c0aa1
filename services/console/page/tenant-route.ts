import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import type { PipelineLink } from "../parts/pipeline-link.ts";
import { pageHead } from "./page.ts";

/** Path parameters of every route of a tenant. */
export const params = z.object({ tenantId: z.string() });

/** Open to people of the tenant in the path, and to operators. */
export const forTenant = { access: "tenant" } as const;

/** The same, for acts that need a sign-in of a moment ago. */
export const forFreshSignIn = { access: "tenant", needsFreshSignIn: true } as const;

/** The same, for what pages ask for by themselves: it keeps no session awake. */
export const forStream = { access: "tenant", isAutomatic: true, takes: "stream" } as const;

/** What every page of a tenant takes from its request. */
export const tenantHead = (
  request: FastifyRequest,
  pipeline: Pick<PipelineLink, "isUp" | "isUnit4Down">,
) => ({
  ...pageHead(request),
  tenant: tenantVisit(request),
  isPipelineUp: pipeline.isUp(),
  isUnit4Down: pipeline.isUnit4Down(),
});
