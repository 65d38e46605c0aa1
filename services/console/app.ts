import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { refuseUnstorableText } from "./access/clean-input.ts";
import { queueAtDoor, takeTurns } from "./access/crowd.ts";
import { type GuardedRoute, guard, revisit } from "./access/guard.ts";
import { Refusal } from "./access/refusals.ts";
import { sessionLimits } from "./access/session-store.ts";
import type { Revisit } from "./access/visit.ts";
import { refuseGuessing } from "./access/wrong-keys.ts";
import { accountRoutes } from "./account/routes.ts";
import { activationRoutes } from "./activation/routes.ts";
import { apiRoutes } from "./api/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { connectingRoutes } from "./connection/routes.ts";
import type { ConsoleParts } from "./console-parts.ts";
import { emptyingRoutes } from "./emptying/routes.ts";
import { keyRoutes } from "./keys/routes.ts";
import { loadingRoutes } from "./loading/routes.ts";
import { logRoutes } from "./log/routes.ts";
import { assetRoutes } from "./page/assets.ts";
import { answerConnection } from "./page/bare-errors.ts";
import { createDownloads } from "./page/download.ts";
import { answerBadAddress, handleErrors } from "./page/error-handler.ts";
import { createLive } from "./page/live.ts";
import { createTenantScope } from "./parts/tenant-scope.ts";
import type { App } from "./parts/web-app.ts";
import { rehearse } from "./rehearsal/acts.ts";
import { rehearsalRoutes } from "./rehearsal/routes.ts";
import { removalRoutes } from "./removal/routes.ts";
import { renumberedRoutes } from "./renumbered/routes.ts";
import { resyncRoutes } from "./resync/routes.ts";
import { settingsRoutes } from "./settings/routes.ts";
import { endingRoutes } from "./sign-in/ending-routes.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { statusRoutes } from "./status/routes.ts";
import { tenantRoutes } from "./tenants/routes.ts";
import { userRoutes } from "./users/routes.ts";
import { workorderRoutes } from "./workorders/routes.ts";

/** The application with the table of its routes. */
type Site = { readonly app: App; readonly routes: readonly GuardedRoute[] };

/** How often connections are looked at that may have overrun their deadline. */
const CHECK_DEADLINES_MS = 500;

/** A form is small; a workorder from a program at most this many bytes. */
const BODY_BYTES = 1024 * 1024;

/**
 * The web application. A request's way: security headers → not too many of one cookie or key (crowd) → who asks, and may they
 * (guard) → not more than their share (crowd) → form of this session and of our
 * own pages (guard) → input checked by the route's schema → the route → errors in words (handleErrors).
 */
export async function createConsole(given: Omit<ConsoleParts, "live" | "downloads">): Promise<Site> {
  const { config, pool, telemetry } = given;
  const app: App = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: config.CONSOLE_REQUEST_SECONDS * 1_000,
    http: {
      headersTimeout: config.CONSOLE_HEADERS_SECONDS * 1_000,
      connectionsCheckingInterval: CHECK_DEADLINES_MS,
    },
    clientErrorHandler: answerConnection,
    frameworkErrors: answerBadAddress,
    trustProxy: (_address, hop) => hop < config.CONSOLE_PROXIES,
    requestIdHeader: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook("onResponse", async (request, reply) => {
    if (!request.url.startsWith("/assets/")) telemetry.answered(reply.statusCode, reply.elapsedTime);
  });
  // What belongs to one person or program is kept by no browser and no proxy; assets say themselves that they may be.
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
  handleErrors(app, telemetry);

  await app.register(helmet, securityHeaders(given));
  await app.register(cookie);
  await app.register(formbody);
  await app.register(rateLimit, { global: false });
  refuseUnstorableText(app);
  queueAtDoor(app);
  refuseGuessing(app, given);
  const inTenant = createTenantScope(pool, () => new Refusal("TOO_MANY_REQUESTS"));
  const options = { pool, inTenant, publicUrl: config.CONSOLE_PUBLIC_URL, limits: sessionLimits(config) };
  const routes = guard(app, options);
  takeTurns(app);

  const again: Revisit = (request) => revisit(request, options);
  const live = createLive(app, telemetry, { revisit: again, now: given.now });
  const parts: ConsoleParts = { ...given, live, downloads: createDownloads(telemetry, again) };
  assetRoutes(app);
  signInRoutes(app, parts);
  endingRoutes(app, parts);
  accountRoutes(app, parts);
  statusRoutes(app, parts);
  resyncRoutes(app);
  activationRoutes(app, parts);
  emptyingRoutes(app, parts);
  connectingRoutes(app, parts);
  rehearsalRoutes(app, parts);
  loadingRoutes(app, parts);
  renumberedRoutes(app, parts);
  workorderRoutes(app, parts);
  logRoutes(app, parts);
  settingsRoutes(app, { ...parts, beginRehearsal: (visit) => rehearse(visit, false) });
  keyRoutes(app, parts);
  tenantRoutes(app, parts);
  removalRoutes(app, parts);
  userRoutes(app, parts);
  auditRoutes(app, parts);
  await apiRoutes(app, parts);
  return { app, routes };
}

/** Scripts, styles and forms of our own only; a form may also lead to the provider's sign-out and to Unit4's login. */
function securityHeaders({ config }: Pick<ConsoleParts, "config">) {
  const elsewhere = [new URL(config.CONSOLE_OIDC_ISSUER).origin, new URL(config.UNIT4_BASE_URL).origin];
  const isSafe = config.CONSOLE_PUBLIC_URL.startsWith("https:");
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        formAction: ["'self'", ...elsewhere],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    strictTransportSecurity: isSafe ? { maxAge: 31_536_000 } : false,
    crossOriginOpenerPolicy: isSafe,
    originAgentCluster: isSafe,
    referrerPolicy: { policy: "same-origin" as const },
  };
}
