import { z } from "zod";
import { tenantVisit } from "../access/visit.ts";
import { activationFacts } from "../activation/queries.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { forFreshSignIn, forStream, forTenant, params, tenantHead } from "../page/tenant-route.ts";
import type { App } from "../parts/web-app.ts";
import { isOpen, nextStep } from "../wizard/domain/activation-step.ts";
import { emptySimon } from "./acts.ts";
import { emptyingPage, emptyingPiece, emptyPage } from "./page.ts";
import { latestEmptying, simonCounts } from "./queries.ts";

const path = "/tenants/:tenantId/activation/empty";

/** Emptying Simon, the second step of the activation (rules A2, A12). */
export function emptyingRoutes(app: App, { pipeline, live }: ConsoleParts): void {
  app.get(path, { config: forTenant, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const { facts, emptying, counts } = await visit.inTenant(async (tx) => ({
      facts: await activationFacts(tx, tenantId),
      emptying: await latestEmptying(tx, tenantId),
      counts: await simonCounts(tx, tenantId),
    }));
    if (!isOpen("empty", nextStep(facts)) || facts.isActive)
      return reply.redirect(`/tenants/${tenantId}/activation`, 303);
    if (emptying !== null && facts.isEmptiedInRound)
      return show(reply, emptyingPage({ ...tenantHead(request, pipeline), emptying }));
    return show(
      reply,
      emptyPage({
        ...tenantHead(request, pipeline),
        counts,
        isFirstTime: facts.isFirstTime,
        isRefused: false,
      }),
    );
  });

  app.post(
    path,
    {
      config: forFreshSignIn,
      schema: {
        params,
        body: z.object({
          act: z.enum(["empty", "nothing"]),
          sure: z.string().optional(),
          parts: z.union([z.string(), z.array(z.string()).max(10)]).optional(),
        }),
      },
    },
    async (request, reply) => {
      const visit = tenantVisit(request);
      const { tenantId } = visit;
      const { act, sure, parts = [] } = request.body;
      if (act === "empty" && sure !== "yes") {
        const { counts, facts } = await visit.inTenant(async (tx) => ({
          counts: await simonCounts(tx, tenantId),
          facts: await activationFacts(tx, tenantId),
        }));
        return show(
          reply,
          emptyPage({
            ...tenantHead(request, pipeline),
            counts,
            isFirstTime: facts.isFirstTime,
            isRefused: true,
          }),
        );
      }
      const result = await emptySimon(visit, act === "nothing" ? [] : [parts].flat());
      const isNext = result.kind === "nothing-chosen";
      return reply.redirect(`/tenants/${tenantId}/activation${isNext ? "" : "/empty"}`, 303);
    },
  );

  app.get(`${path}/events`, { config: forStream, schema: { params } }, (request, reply) => {
    return live.follow(request, reply, {
      name: "emptying",
      read: latestEmptying,
      show: (emptying, visit) => {
        const { language } = visit;
        const isPipelineUp = pipeline.isUp();
        return emptying === null
          ? ""
          : String(emptyingPiece({ language, tenant: visit, emptying, isPipelineUp }));
      },
    });
  });
}
