import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * `__Host-`: the browser takes these only over a safe connection, from this very host, for all of it; browsers count
 * this machine itself as safe. Source: RFC 6265bis, 4.1.3.2.
 */
const SESSION = "__Host-session";
const ATTEMPT = "__Host-sign-in";
const LANGUAGE = "__Host-language";

const SAFE = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const ATTEMPT_SECONDS = 600;

/** The session's id; kept until the browser closes, the server ends it earlier. */
export const sessionCookie = (request: FastifyRequest): string | null => request.cookies[SESSION] ?? null;
export const setSessionCookie = (reply: FastifyReply, id: string): FastifyReply =>
  reply.setCookie(SESSION, id, SAFE);
export const clearSessionCookie = (reply: FastifyReply): FastifyReply => reply.clearCookie(SESSION, SAFE);

/** Binds a sign-in to the browser that began it. */
export const attemptCookie = (request: FastifyRequest): string | null => request.cookies[ATTEMPT] ?? null;
export const setAttemptCookie = (reply: FastifyReply, id: string): FastifyReply =>
  reply.setCookie(ATTEMPT, id, { ...SAFE, maxAge: ATTEMPT_SECONDS });
export const clearAttemptCookie = (reply: FastifyReply): FastifyReply => reply.clearCookie(ATTEMPT, SAFE);

export const languageCookie = (request: FastifyRequest): "nl" | "en" =>
  request.cookies[LANGUAGE] === "en" ? "en" : "nl";
export const setLanguageCookie = (reply: FastifyReply, language: "nl" | "en"): FastifyReply =>
  reply.setCookie(LANGUAGE, language, { ...SAFE, maxAge: YEAR_SECONDS });
