import { z } from "zod";
import { describeError } from "../../shared/domain/failure.ts";
import { clearSessionCookie, sessionCookie } from "../access/cookies.ts";
import { deleteSession } from "../access/session-store.ts";
import { sourceName } from "../access/source-name.ts";
import type { ConsoleParts } from "../console-parts.ts";
import type { App } from "../parts/web-app.ts";
import { endAsTheProviderDid } from "./ended-acts.ts";

/** The provider may end many sessions at once. */
const LOGOUT_LIMIT = { max: 600, timeWindow: "1 minute" };

/** Signing out, by the person and by the provider. */
export function endingRoutes(app: App, { pool, provider, telemetry }: ConsoleParts): void {
  app.post("/sign-out", { config: { access: "public" } }, async (request, reply) => {
    const id = sessionCookie(request);
    clearSessionCookie(reply);
    if (request.visit.session === null || id === null) return reply.redirect("/sign-in", 303);
    const idToken = await deleteSession(pool, id);
    return reply.redirect((await endAddress(idToken, request.ip)) ?? "/sign-in", 303);
  });

  /** Without the provider the person is signed out here all the same. */
  async function endAddress(idToken: string | null, from: string): Promise<string | null> {
    try {
      return await provider.endAddress(idToken);
    } catch (error) {
      telemetry.requestHeld("identity provider", describeError(error), sourceName(from));
      return null;
    }
  }

  // OpenID Connect Back-Channel Logout 1.0, 2.5 and 2.8.
  app.post(
    "/sign-out/back-channel",
    {
      config: { access: "public", rateLimit: LOGOUT_LIMIT },
      schema: { body: z.object({ logout_token: z.string().min(1).max(20_000) }) },
    },
    async (request, reply) => {
      reply.header("cache-control", "no-store");
      const ended = await provider.readLogout(request.body.logout_token);
      if (ended === null) return reply.code(400).send({ error: "invalid_request" });
      await endAsTheProviderDid(pool, ended);
      return reply.code(200).send();
    },
  );
}
