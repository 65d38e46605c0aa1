import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Connection, type Pool, unlessReadOnly } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import { type Actor, recordLook, signature } from "../parts/audit-store.ts";
import type { TenantScope } from "../parts/tenant-scope.ts";
import { languageCookie, sessionCookie } from "./cookies.ts";
import { keyOf, useKey } from "./key-store.ts";
import { Refusal } from "./refusals.ts";
import { findSession, type Session, type SessionLimits, touchSession } from "./session-store.ts";
import { type Access, actorOf, isOpenTo, type TenantVisit } from "./visit.ts";

/** A route and who may use it. */
export type GuardedRoute = { readonly method: string; readonly url: string; readonly access: Access };

export type GuardOptions = {
  readonly pool: Pool;
  readonly inTenant: TenantScope;
  readonly limits: SessionLimits;
  readonly publicUrl: string;
};

const SAFE_METHODS = new Set(["GET", "HEAD"]);

/**
 * Stands before every route: finds out who asks, and lets in whom the route's `access` names. What belongs to another
 * tenant is not there, for whoever asks. Changes need a form of this very session, sent from our own pages.
 * @returns the table of routes, which fills as they are registered
 */
export function guard(app: FastifyInstance, options: GuardOptions): readonly GuardedRoute[] {
  app.decorateRequest("visit");
  app.decorateRequest("tenantVisit", null);
  const routes: GuardedRoute[] = [];
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.access === undefined || (config.access === "key" && config.scope === undefined))
      throw new TypeError(`Route ${url} does not say who may use it.`);
    for (const one of [method].flat()) routes.push({ method: one, url, access: config.access });
  });
  app.addHook("onRequest", async (request) => {
    request.visit = { language: languageOf(request), session: null };
    const access = request.routeOptions.config.access;
    if (request.routeOptions.url?.startsWith("/assets/")) return;
    if (access === "key") {
      request.tenantVisit = await programVisit(request, options);
      return;
    }
    const session = await sessionOf(request, options);
    // A stream, and its next beginning after it broke off, go on when nobody sits at the page any more.
    if (session !== null && request.routeOptions.config.isAutomatic !== true)
      // Without it the session only ends a little earlier.
      await unlessReadOnly(() => touchSession(options.pool, session.idHash));
    request.visit = { ...request.visit, session };
    // An address that no route answers: the page that says so knows who asks.
    if (access !== undefined) await letIn(request, access, options);
  });
  app.addHook("preValidation", async (request) => {
    const { access } = request.routeOptions.config;
    if (SAFE_METHODS.has(request.method) || access === undefined || access === "key") return;
    refuseForeignSite(request, options.publicUrl);
    refuseForeignForm(request);
    refuseOldSignIn(request);
  });
  return routes;
}

async function sessionOf(request: FastifyRequest, { pool, limits }: GuardOptions): Promise<Session | null> {
  const id = sessionCookie(request);
  return id === null ? null : findSession(pool, id, limits);
}

/**
 * The visit of a request to a tenant's page as it would be now; null when it would be refused, or when the person has
 * another role by now: what the page shows was chosen for the one before. Nobody is kept signed in by it.
 */
export async function revisit(request: FastifyRequest, options: GuardOptions): Promise<TenantVisit | null> {
  const session = await sessionOf(request, options);
  if (session === null || session.role !== request.visit.session?.role) return null;
  return isOpenTo(session, tenantIdIn(request)) ? personVisit(request, session, options) : null;
}

async function letIn(request: FastifyRequest, access: Access, options: GuardOptions): Promise<void> {
  const { session } = request.visit;
  if (access === "public") return;
  if (session === null)
    throw new Refusal("SIGN_IN_FIRST", sessionCookie(request) === null ? null : "unknown_session");
  if (access === "operator" && session.role !== "operator") throw new Refusal("NOT_FOUND", "operator_page");
  if (access !== "tenant") return;
  if (!isOpenTo(session, tenantIdIn(request))) throw new Refusal("NOT_FOUND", "foreign_tenant");
  request.tenantVisit = await personVisit(request, session, options);
}

/** An operator's visit is noted, whatever it asks for and however: a page, a piece of one, a file, the next look of a stream. */
async function personVisit(
  request: FastifyRequest,
  session: Session,
  options: GuardOptions,
): Promise<TenantVisit> {
  const tenant = await tenantPart(request, options);
  const actor = actorOf(session);
  if (session.role === "operator") await noteLook(options.pool, request, actor);
  return { ...tenant, language: request.visit.language, ...signed(actor), session };
}

const noteLook = (pool: Pool, request: FastifyRequest, actor: Actor): Promise<void> =>
  recordLook(pool, { tenantId: tenantIdIn(request), actor, page: request.routeOptions.url ?? "" });

const signed = (actor: Actor) => ({ actor, by: signature(actor) });

async function programVisit(request: FastifyRequest, options: GuardOptions): Promise<TenantVisit> {
  const tenantId = tenantIdIn(request);
  const key = keyOf(request.headers.authorization);
  const found = key === null ? null : await useKey(options.pool, key);
  if (found === null) throw new Refusal("KEY_INVALID");
  if (found.tenantId !== tenantId) throw new Refusal("NOT_FOUND", "foreign_tenant");
  const { scope } = request.routeOptions.config;
  if (scope === undefined || !found.scopes.includes(scope)) throw new Refusal("KEY_SCOPE");
  const tenant = await tenantPart(request, options);
  const actor: Actor = { kind: "key", id: found.tokenId, name: found.name };
  if (found.isOperators) await noteLook(options.pool, request, actor);
  return { ...tenant, language: request.visit.language, ...signed(actor), session: null };
}

async function tenantPart(request: FastifyRequest, { pool, inTenant }: GuardOptions) {
  const tenantId = tenantIdIn(request);
  const tenant = (await findTenants(pool, [tenantId])).get(tenantId);
  if (tenant === undefined) throw new Refusal("NOT_FOUND");
  return {
    tenantId,
    tenantName: tenant.name,
    tenantStatus: tenant.status,
    inTenant: <T>(work: (tx: Connection) => Promise<T>) =>
      request.reader.follow(inTenant(tenantId, work, giveUpOf(request))),
  };
}

/** Acts are finished, whoever has gone; and what a stream reads is read for all who follow the same. */
const giveUpOf = ({ method, reader, routeOptions: { config } }: FastifyRequest): AbortSignal | undefined =>
  SAFE_METHODS.has(method) && config.isAutomatic !== true ? reader.gone : undefined;

const tenantIdIn = ({ params }: FastifyRequest): string =>
  (params as { readonly tenantId?: string }).tenantId ?? "";

/** Programs say which language they want their texts in; people chose one. */
function languageOf(request: FastifyRequest): "nl" | "en" {
  if (!request.url.startsWith("/api/")) return languageCookie(request);
  return request.headers["accept-language"]?.toLowerCase().startsWith("en") ? "en" : "nl";
}

/** Browsers say which site a form was sent from. */
function refuseForeignSite({ headers }: FastifyRequest, publicUrl: string): void {
  const { origin, "sec-fetch-site": site } = headers;
  const isForeign = origin !== undefined && origin !== new URL(publicUrl).origin;
  if (isForeign || (site !== undefined && site !== "same-origin" && site !== "none"))
    throw new Refusal("FOREIGN_SITE");
}

/** What weighs most is done by whoever knows the password, not by whoever finds the browser open. */
function refuseOldSignIn({ visit: { session }, routeOptions }: FastifyRequest): void {
  if (routeOptions.config.needsFreshSignIn === true && session?.isFresh !== true)
    throw new Refusal("SIGN_IN_AGAIN");
}

/** The form brings its session's token along: in a field, or in a header that htmx sets. */
function refuseForeignForm({ visit: { session }, headers, body }: FastifyRequest): void {
  if (session === null) return;
  const given = headers["x-csrf-token"] ?? (body as { readonly csrf?: unknown } | undefined)?.csrf;
  const wanted = Buffer.from(session.csrfToken);
  const shown = Buffer.from(typeof given === "string" ? given : "");
  if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) throw new Refusal("FORM_TOO_OLD");
}
