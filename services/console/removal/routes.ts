import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { actorOf, signedInVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import type { App } from "../parts/web-app.ts";
import { askRemoval, confirmRemoval, type RemovalResult, withdrawRemoval } from "./acts.ts";
import { REMOVALS_PATH, removalsPage } from "./page.ts";
import { listRemovals } from "./queries.ts";

const config = { access: "operator" } as const;
const acting = { ...config, needsFreshSignIn: true } as const;
const tenantId = z.string().trim().max(63);

/** Removing tenants, by two operators (rule A14). */
export function removalRoutes(app: App, { pool, pipeline }: ConsoleParts): void {
  app.get(REMOVALS_PATH, { config }, (request, reply) => showRemovals(request, reply, null));

  app.post(
    REMOVALS_PATH,
    { config: acting, schema: { body: z.object({ tenantId }) } },
    async (request, reply) =>
      answer(request, reply, await askRemoval(pool, actOf(request, request.body.tenantId))),
  );

  const acts = { confirm: confirmRemoval, withdraw: withdrawRemoval };
  app.post(
    `${REMOVALS_PATH}/:tenantId/:act`,
    { config: acting, schema: { params: z.object({ tenantId, act: z.enum(["confirm", "withdraw"]) }) } },
    async (request, reply) => {
      const { params } = request;
      return answer(request, reply, await acts[params.act](pool, actOf(request, params.tenantId)));
    },
  );

  /** To the page, or what was refused on it. */
  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    result: RemovalResult,
  ): FastifyReply | Promise<FastifyReply> {
    if (result.kind === "done") return reply.redirect(REMOVALS_PATH, 303);
    reply.code(400);
    return showRemovals(request, reply, result);
  }

  async function showRemovals(
    request: FastifyRequest,
    reply: FastifyReply,
    refused: Extract<RemovalResult, { readonly kind: "refused" }> | null,
  ): Promise<FastifyReply> {
    const head = { ...pageHead(request), path: REMOVALS_PATH, isPipelineUp: pipeline.isUp() };
    return show(
      reply,
      removalsPage({ ...head, removals: await listRemovals(pool), refusal: refused?.why ?? null }),
    );
  }
}

function actOf(request: FastifyRequest, of: string) {
  const { session } = signedInVisit(request);
  return { operator: { userId: session.userId, actor: actorOf(session) }, tenantId: of };
}
