import { z } from "zod";
import { listSessions, sessionLimits } from "../access/session-store.ts";
import { signedInVisit } from "../access/visit.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import type { App } from "../parts/web-app.ts";
import { endOtherSessions } from "./acts.ts";
import { sessionsPage } from "./page.ts";

const path = "/account/sessions";
const config = { access: "signed-in" } as const;
const MOST_SHOWN = 1_000;

/** Where somebody is signed in, for that person. */
export function accountRoutes(app: App, { config: settings, pool, pipeline }: ConsoleParts): void {
  app.get(
    path,
    {
      config,
      schema: { querystring: z.object({ ended: z.coerce.number().int().min(0).max(MOST_SHOWN).optional() }) },
    },
    async (request, reply) => {
      const { session } = signedInVisit(request);
      const sessions = await listSessions(pool, session.userId, sessionLimits(settings));
      const head = { ...pageHead(request), path, isPipelineUp: pipeline.isUp() };
      return show(reply, sessionsPage({ ...head, session, sessions, ended: request.query.ended ?? null }));
    },
  );

  app.post(`${path}/end-others`, { config }, async (request, reply) => {
    const ended = await endOtherSessions(pool, signedInVisit(request).session);
    return reply.redirect(`${path}?ended=${Math.min(ended, MOST_SHOWN)}`, 303);
  });
}
