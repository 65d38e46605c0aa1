import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { sessionCookie } from "../access/cookies.ts";
import { findSession } from "../access/session-store.ts";
import { type TenantVisit, tenantVisit } from "../access/visit.ts";
import { activateDraft } from "../acts/activate-draft.ts";
import { beginRound, emptySimon } from "../acts/emptying.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { latestEmptying, simonCounts } from "../emptying/queries.ts";
import { loadingPage, loadingProgress } from "../loading/page.ts";
import { loadingOf } from "../loading/queries.ts";
import { pageHead, show } from "../page/page.ts";
import { activationFacts } from "../queries/activation-facts.ts";
import { emptyingPage, emptyingPiece, emptyPage, startPage } from "../ui/wizard-pages.ts";
import { isOpen, nextStep } from "../wizard/domain/activation-step.ts";
import { countArchivedWhileOff } from "../workorders/while-off-queries.ts";

const path = "/tenants/:tenantId/activation";
const params = z.object({ tenantId: z.string() });
const access = { access: "tenant" } as const;

/** The activation, step by step (rules A1–A12); each page sends people on to the step that is next. */
export function activationRoutes(app: App, parts: ConsoleParts): void {
  const { pipeline, live, now } = parts;
  const head = (request: FastifyRequest, visit: TenantVisit) => ({
    ...pageHead(request),
    tenant: visit,
    isPipelineUp: pipeline.isUp(),
  });

  app.get(path, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const step = nextStep(await visit.inTenant((tx) => activationFacts(tx, visit.tenantId)));
    if (step === "start") return show(reply, startPage({ ...head(request, visit), isRefused: false }));
    return reply.redirect(stepPath(visit, step), 303);
  });

  app.post(
    path,
    { config: access, schema: { params, body: z.object({ terms: z.string().optional() }) } },
    async (request, reply) => {
      const visit = tenantVisit(request);
      if (request.body.terms !== "yes")
        return show(reply, startPage({ ...head(request, visit), isRefused: true }));
      await beginRound(visit);
      return reply.redirect(`/tenants/${visit.tenantId}/activation`, 303);
    },
  );

  app.get(`${path}/empty`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const { tenantId } = visit;
    const { facts, emptying, counts } = await visit.inTenant(async (tx) => ({
      facts: await activationFacts(tx, tenantId),
      emptying: await latestEmptying(tx, tenantId),
      counts: await simonCounts(tx, tenantId),
    }));
    if (!isOpen("empty", nextStep(facts)) || facts.isActive)
      return reply.redirect(`/tenants/${tenantId}/activation`, 303);
    if (emptying !== null && facts.isEmptyingChosen && isOfThisRound(emptying.parts.length))
      return show(reply, emptyingPage({ ...head(request, visit), emptying }));
    return show(
      reply,
      emptyPage({ ...head(request, visit), counts, isFirstTime: facts.isFirstTime, isRefused: false }),
    );
  });

  app.post(
    `${path}/empty`,
    {
      config: access,
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
          emptyPage({ ...head(request, visit), counts, isFirstTime: facts.isFirstTime, isRefused: true }),
        );
      }
      const outcome = await emptySimon(visit, act === "nothing" ? [] : [parts].flat());
      const isNext = outcome.kind === "nothing-chosen";
      return reply.redirect(`/tenants/${tenantId}/activation${isNext ? "" : "/empty"}`, 303);
    },
  );

  app.get(`${path}/empty/events`, { config: access, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    return live.follow(request, reply, {
      name: "emptying",
      isAllowed: () => stillSignedIn(request, parts),
      look: async () => {
        const emptying = await visit.inTenant((tx) => latestEmptying(tx, visit.tenantId));
        const { language } = visit;
        const isPipelineUp = pipeline.isUp();
        return emptying === null
          ? ""
          : String(emptyingPiece({ language, tenant: visit, emptying, isPipelineUp }));
      },
    });
  });

  app.post(`${path}/save`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    const outcome = await activateDraft(visit);
    const root = `/tenants/${visit.tenantId}/activation`;
    if (outcome.kind === "activated" || outcome.kind === "already-active")
      return reply.redirect(`${root}/loading`, 303);
    return reply.redirect(`${root}/rehearsal?trouble=${outcome.kind}`, 303);
  });

  app.get(`${path}/loading`, { config: access, schema: { params } }, async (request, reply) => {
    const visit = tenantVisit(request);
    if (visit.tenantStatus !== "active") return reply.redirect(`/tenants/${visit.tenantId}/activation`, 303);
    const { progress, whileOff } = await visit.inTenant(async (tx) => ({
      progress: await loadingOf(tx, visit.tenantId),
      whileOff: await countArchivedWhileOff(tx, visit.tenantId),
    }));
    return show(reply, loadingPage({ ...head(request, visit), progress, whileOff, nowMs: now() }));
  });

  app.get(`${path}/loading/events`, { config: access, schema: { params } }, (request, reply) => {
    const visit = tenantVisit(request);
    return live.follow(request, reply, {
      name: "loading",
      isAllowed: () => stillSignedIn(request, parts),
      look: async () => {
        const progress = await visit.inTenant((tx) => loadingOf(tx, visit.tenantId));
        return String(loadingProgress({ language: visit.language, progress, nowMs: now() }));
      },
    });
  });
}

const isOfThisRound = (parts: number): boolean => parts > 0;

function stepPath({ tenantId }: TenantVisit, step: ReturnType<typeof nextStep>): string {
  const root = `/tenants/${tenantId}`;
  if (step === "settings") return `${root}/settings`;
  return step === "on" ? root : `${root}/activation/${step}`;
}

/** Whether the person whose page is open is still signed in. */
export async function stillSignedIn(
  request: FastifyRequest,
  { pool, config }: ConsoleParts,
): Promise<boolean> {
  const id = sessionCookie(request);
  const limits = { idleMinutes: config.CONSOLE_SESSION_IDLE_MINUTES, hours: config.CONSOLE_SESSION_HOURS };
  return id !== null && (await findSession(pool, id, limits)) !== null;
}
