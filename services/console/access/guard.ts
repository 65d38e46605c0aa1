import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { inTransaction, type Pool } from "../../shared/postgres.ts";
import { findTenants } from "../../shared/tenants.ts";
import { recordAct } from "../audit-store.ts";
import { inTenant } from "../tenant-scope.ts";
import { languageCookie, sessionCookie } from "./cookies.ts";
import { keyOf, useKey } from "./key-store.ts";
import { Refusal } from "./refusals.ts";
import { findSession, type Session, type SessionLimits, touchSession } from "./session-store.ts";
import type { Access, TenantVisit } from "./visit.ts";

/** A route and who may use it. */
export type GuardedRoute = { readonly method: string; readonly url: string; readonly access: Access };

export type GuardOptions = {
  readonly pool: Pool;
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
    if (config?.access === undefined) throw new TypeError(`Route ${url} does not say who may use it.`);
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
    request.visit = { ...request.visit, session };
    // An address that no route answers: the page that says so knows who asks.
    if (access !== undefined) await letIn(request, access, options);
  });
  app.addHook("preValidation", async (request) => {
    const { access } = request.routeOptions.config;
    if (SAFE_METHODS.has(request.method) || access === undefined || access === "key") return;
    refuseForeignSite(request, options.publicUrl);
    refuseForeignForm(request);
  });
  return routes;
}

async function sessionOf(request: FastifyRequest, { pool, limits }: GuardOptions): Promise<Session | null> {
  const id = sessionCookie(request);
  if (id === null) return null;
  const session = await findSession(pool, id, limits);
  if (session !== null) await touchSession(pool, session.idHash);
  return session;
}

async function letIn(request: FastifyRequest, access: Access, options: GuardOptions): Promise<void> {
  const { session } = request.visit;
  if (access === "public") return;
  if (session === null) throw new Refusal("SIGN_IN_FIRST");
  if (access === "operator" && session.role !== "operator") throw new Refusal("NOT_FOUND");
  if (access === "tenant") request.tenantVisit = await personVisit(request, session, options);
}

async function personVisit(
  request: FastifyRequest,
  session: Session,
  { pool }: GuardOptions,
): Promise<TenantVisit> {
  const tenantId = tenantIdIn(request);
  if (session.role !== "operator" && session.tenantId !== tenantId) throw new Refusal("NOT_FOUND");
  if (session.role === "operator" && !request.headers["hx-request"])
    await noteOperator(pool, session, tenantId);
  return {
    ...(await tenantPart(pool, tenantId)),
    language: request.visit.language,
    by: session.email || session.name,
    session,
  };
}

async function programVisit(request: FastifyRequest, { pool }: GuardOptions): Promise<TenantVisit> {
  const tenantId = tenantIdIn(request);
  const key = keyOf(request.headers.authorization);
  const found = key === null ? null : await useKey(pool, key);
  if (found === null) throw new Refusal("KEY_INVALID");
  if (found.tenantId !== tenantId) throw new Refusal("NOT_FOUND");
  return {
    ...(await tenantPart(pool, tenantId)),
    language: request.visit.language,
    by: found.name,
    session: null,
  };
}

async function tenantPart(pool: Pool, tenantId: string) {
  const tenant = (await findTenants(pool, [tenantId])).get(tenantId);
  if (tenant === undefined) throw new Refusal("NOT_FOUND");
  return {
    tenantId,
    tenantName: tenant.name,
    tenantStatus: tenant.status,
    inTenant: <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(pool, tenantId, work),
  };
}

/** An operator's look at a tenant is noted once per session and tenant. */
async function noteOperator(pool: Pool, session: Session, tenantId: string): Promise<void> {
  const details = { session: session.idHash.toString("hex").slice(0, 16) };
  const act = { tenantId, by: session.email, act: "TENANT_VIEWED", details };
  const { rowCount } = await pool.query(
    `select from integration.audit where tenant_id = $1 and by = $2 and act = 'TENANT_VIEWED' and details = $3 limit 1`,
    [tenantId, session.email, details],
  );
  if (rowCount === 0) await inTransaction(pool, (tx) => recordAct(tx, act));
}

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

/** The form brings its session's token along: in a field, or in a header that htmx sets. */
function refuseForeignForm({ visit: { session }, headers, body }: FastifyRequest): void {
  if (session === null) return;
  const given = headers["x-csrf-token"] ?? (body as { readonly csrf?: unknown } | undefined)?.csrf;
  const wanted = Buffer.from(session.csrfToken);
  const shown = Buffer.from(typeof given === "string" ? given : "");
  if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) throw new Refusal("FORM_TOO_OLD");
}
