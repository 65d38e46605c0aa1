import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { inTransaction } from "../../shared/postgres.ts";
import {
  attemptCookie,
  clearAttemptCookie,
  sessionCookie,
  setAttemptCookie,
  setLanguageCookie,
  setSessionCookie,
} from "../access/cookies.ts";
import { browserName } from "../access/domain/browser-name.ts";
import { identityFrom, ownPath } from "../access/domain/identity.ts";
import { newVerifier } from "../access/provider.ts";
import { Refusal } from "../access/refusals.ts";
import { deleteSession, insertSession } from "../access/session-store.ts";
import { insertAttempt, type SignInAttempt, takeAttempt } from "../access/sign-in-attempts.ts";
import { sourceName } from "../access/source-name.ts";
import { signedInUser, type User } from "../access/user-store.ts";
import type { ConsoleParts } from "../console-parts.ts";
import { pageHead, show } from "../page/page.ts";
import { newSecret } from "../parts/hashed-secret.ts";
import type { App } from "../parts/web-app.ts";
import { signInAgainPage, signInPage } from "./page.ts";

/** A person or a machine that keeps trying is slowed down, by address. */
const SIGN_IN_LIMIT = { max: 30, timeWindow: "1 minute" };

/** Addresses are ASCII: a path with other characters in it comes from none of our pages. */
const returnTo = z
  .string()
  .max(4_000)
  .regex(/^[ -~]*$/)
  .optional();

/** Signing in with OpenID Connect, and choosing a language. */
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
    { config: { access: "public" }, schema: { querystring: z.object({ return: returnTo }) } },
    (request, reply) => {
      if (request.visit.session !== null) return reply.redirect(ownPath(request.query.return), 303);
      return show(reply, signInPage(request.visit.language, ownPath(request.query.return)));
    },
  );

  app.get(
    "/sign-in/again",
    { config: { access: "signed-in" }, schema: { querystring: z.object({ return: z.string().optional() }) } },
    (request, reply) => show(reply, signInAgainPage(pageHead(request), ownPath(request.query.return))),
  );

  app.get(
    "/sign-in/start",
    {
      config: { access: "public", rateLimit: SIGN_IN_LIMIT },
      schema: { querystring: z.object({ return: returnTo, again: z.literal("1").optional() }) },
    },
    async (request, reply) => {
      const id = newSecret();
      const attempt: SignInAttempt = {
        state: newSecret(),
        nonce: newSecret(),
        codeVerifier: newVerifier(),
        returnTo: ownPath(request.query.return),
        isAgain: request.query.again === "1",
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
        telemetry.signInRefused("refused", sourceName(request.ip));
        throw new Refusal("SIGN_IN_FAILED");
      }
      const id = newSecret();
      const browser = browserName(request.headers["user-agent"] ?? "");
      const user = await beginSession({ ...back, id, browser, old: sessionCookie(request) });
      if (user === null || user.isBlocked) {
        telemetry.signInRefused(user === null ? "unknown_person" : "blocked", sourceName(request.ip));
        throw new Refusal(user === null ? "NOBODY_KNOWS_YOU" : "ACCOUNT_BLOCKED");
      }
      telemetry.signedIn(user.userId);
      return setSessionCookie(reply, id).redirect(back.returnTo, 303);
    },
  );

  /** The answer of the provider to the sign-in that this browser began; null when it is not. */
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
    readonly browser: string;
    readonly idToken: string;
    readonly claims: Parameters<typeof identityFrom>[0];
  }): Promise<User | null> {
    return inTransaction(pool, async (tx) => {
      const user = await signedInUser(tx, identityFrom(begin.claims, claimNames));
      if (user === null || user.isBlocked) return user;
      if (begin.old !== null) await deleteSession(tx, begin.old);
      const { id, idToken, browser, claims } = begin;
      const { auth_time: authenticatedAt, sid } = claims;
      await insertSession(tx, {
        ...{ id, userId: user.userId, csrfToken: newSecret(), idToken, browser },
        authenticatedAt: typeof authenticatedAt === "number" ? authenticatedAt : null,
        providerSession: typeof sid === "string" ? sid : null,
      });
      return user;
    });
  }

  app.post(
    "/language",
    {
      config: { access: "public" },
      schema: { body: z.object({ language: z.enum(["nl", "en"]), return: returnTo }) },
    },
    (request, reply) => {
      const { language } = request.body;
      return setLanguageCookie(reply, language).redirect(ownPath(request.body.return), 303);
    },
  );
}
