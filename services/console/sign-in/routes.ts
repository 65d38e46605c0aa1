import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { describeError } from "../../shared/domain/failure.ts";
import { inTransaction } from "../../shared/postgres.ts";
import {
  attemptCookie,
  clearAttemptCookie,
  clearSessionCookie,
  sessionCookie,
  setAttemptCookie,
  setLanguageCookie,
  setSessionCookie,
} from "../access/cookies.ts";
import { identityFrom, ownPath } from "../access/domain/identity.ts";
import { newVerifier } from "../access/provider.ts";
import { Refusal } from "../access/refusals.ts";
import { deleteSession, insertSession } from "../access/session-store.ts";
import { insertAttempt, type SignInAttempt, takeAttempt } from "../access/sign-in-attempts.ts";
import { signedInUser, type User } from "../access/user-store.ts";
import type { App, ConsoleParts } from "../console-parts.ts";
import { show } from "../page/page.ts";
import { newSecret, secretHash } from "../parts/hashed-secret.ts";
import { signInPage } from "../ui/sign-in-page.ts";

/** A person or a machine that keeps trying is slowed down, by address. */
const SIGN_IN_LIMIT = { max: 30, timeWindow: "1 minute" };

/** Signing in with OpenID Connect, signing out, and choosing a language. */
export function signInRoutes(app: App, parts: ConsoleParts): void {
  const { config, pool, provider, telemetry } = parts;
  const claimNames = {
    tenant: config.CONSOLE_OIDC_TENANT_CLAIM,
    tenantName: config.CONSOLE_OIDC_TENANT_NAME_CLAIM,
    role: config.CONSOLE_OIDC_ROLE_CLAIM,
  };

  app.get("/", { config: { access: "public" } }, (request, reply) => {
    const { session } = request.visit;
    if (session === null) return reply.redirect("/sign-in", 303);
    return reply.redirect(session.role === "operator" ? "/operator" : `/tenants/${session.tenantId}`, 303);
  });

  app.get(
    "/sign-in",
    { config: { access: "public" }, schema: { querystring: z.object({ return: z.string().optional() }) } },
    (request, reply) => {
      if (request.visit.session !== null) return reply.redirect(ownPath(request.query.return), 303);
      return show(reply, signInPage(request.visit.language, ownPath(request.query.return)));
    },
  );

  app.get(
    "/sign-in/start",
    {
      config: { access: "public", rateLimit: SIGN_IN_LIMIT },
      schema: { querystring: z.object({ return: z.string().optional() }) },
    },
    async (request, reply) => {
      const id = newSecret();
      const attempt: SignInAttempt = {
        state: newSecret(),
        nonce: newSecret(),
        codeVerifier: newVerifier(),
        returnTo: ownPath(request.query.return),
      };
      const address = await provider.beginAddress(attempt);
      await insertAttempt(pool, id, attempt);
      return setAttemptCookie(reply, id).redirect(address, 303);
    },
  );

  app.get(
    "/sign-in/callback",
    { config: { access: "public", rateLimit: SIGN_IN_LIMIT } },
    async (request, reply) => {
      clearAttemptCookie(reply);
      const back = await comeBack(request);
      if (back === null) {
        telemetry.signedIn("refused");
        throw new Refusal("SIGN_IN_FAILED");
      }
      const id = newSecret();
      const user = await beginSession({ ...back, id, old: sessionCookie(request) });
      if (user === null || user.isBlocked) {
        telemetry.signedIn(user === null ? "unknown_person" : "blocked");
        throw new Refusal(user === null ? "NOBODY_KNOWS_YOU" : "ACCOUNT_BLOCKED");
      }
      telemetry.signedIn("done", { userId: user.userId });
      return setSessionCookie(reply, id).redirect(back.returnTo, 303);
    },
  );

  /** The answer of the provider to the sign-in that this browser began; null when it is none. */
  async function comeBack(request: FastifyRequest) {
    const id = attemptCookie(request);
    const attempt = id === null ? null : await takeAttempt(pool, id);
    if (attempt === null) return null;
    const finished = await provider.finish(new URL(request.url, config.CONSOLE_PUBLIC_URL), attempt);
    return finished === null ? null : { ...finished, returnTo: attempt.returnTo };
  }

  /** A new session under a new id, in place of an older one of this browser. */
  function beginSession(begin: {
    readonly id: string;
    readonly old: string | null;
    readonly idToken: string;
    readonly claims: Parameters<typeof identityFrom>[0];
  }): Promise<User | null> {
    return inTransaction(pool, async (tx) => {
      const user = await signedInUser(tx, identityFrom(begin.claims, claimNames));
      if (user === null || user.isBlocked) return user;
      if (begin.old !== null) await deleteSession(tx, secretHash(begin.old));
      const { id, idToken } = begin;
      await insertSession(tx, { id, userId: user.userId, csrfToken: newSecret(), idToken });
      return user;
    });
  }

  app.post("/sign-out", { config: { access: "public" } }, async (request, reply) => {
    const { session } = request.visit;
    clearSessionCookie(reply);
    if (session === null) return reply.redirect("/sign-in", 303);
    await deleteSession(pool, session.idHash);
    return reply.redirect((await endAddress(session.idToken)) ?? "/sign-in", 303);
  });

  /** Without the provider the person is signed out here all the same. */
  async function endAddress(idToken: string): Promise<string | null> {
    try {
      return await provider.endAddress(idToken);
    } catch (error) {
      telemetry.requestHeld("identity provider", describeError(error));
      return null;
    }
  }

  app.post(
    "/language",
    {
      config: { access: "public" },
      schema: { body: z.object({ language: z.enum(["nl", "en"]), return: z.string().optional() }) },
    },
    (request, reply) => {
      const { language } = request.body;
      return setLanguageCookie(reply, language).redirect(ownPath(request.body.return), 303);
    },
  );
}
