import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { refuseUnstorableText } from "./access/clean-input.ts";
import { type GuardedRoute, guard } from "./access/guard.ts";
import { refuseGuessing } from "./access/wrong-keys.ts";
import { apiRoutes } from "./api/routes.ts";
import type { App, ConsoleParts } from "./console-parts.ts";
import { createLive } from "./live/live.ts";
import { assetRoutes } from "./page/assets.ts";
import { activationRoutes } from "./routes/activation.ts";
import { auditRoutes } from "./routes/audit.ts";
import { connectingRoutes } from "./routes/connecting.ts";
import { keyRoutes } from "./routes/keys.ts";
import { logRoutes } from "./routes/log.ts";
import { rehearsalRoutes } from "./routes/rehearsal.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { statusRoutes } from "./routes/status.ts";
import { workorderRoutes } from "./routes/workorders.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { tenantRoutes } from "./tenants/routes.ts";
import { handleTrouble } from "./trouble.ts";
import { userRoutes } from "./users/routes.ts";

/** The application with the table of its routes. */
type Site = { readonly app: App; readonly routes: readonly GuardedRoute[] };

/** A form is small; a workorder from a program at most this many bytes. */
const BODY_BYTES = 1024 * 1024;

/**
 * The web application. A request's way: security headers → who asks, and may they (guard) → form of this session and of our
 * own pages (guard) → input checked by the route's schema → the route → trouble in words (handleTrouble).
 */
export async function createConsole(given: Omit<ConsoleParts, "live">): Promise<Site> {
  const { config, pool, telemetry } = given;
  const app: App = fastify({
    bodyLimit: BODY_BYTES,
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
  handleTrouble(app, telemetry);

  await app.register(helmet, securityHeaders(given));
  await app.register(cookie);
  await app.register(formbody);
  await app.register(rateLimit, { global: false });
  refuseUnstorableText(app);
  refuseGuessing(app, given.now);
  const routes = guard(app, {
    pool,
    publicUrl: config.CONSOLE_PUBLIC_URL,
    limits: { idleMinutes: config.CONSOLE_SESSION_IDLE_MINUTES, hours: config.CONSOLE_SESSION_HOURS },
  });

  const parts: ConsoleParts = { ...given, live: createLive(app, telemetry) };
  assetRoutes(app);
  signInRoutes(app, parts);
  statusRoutes(app, parts);
  activationRoutes(app, parts);
  connectingRoutes(app, parts);
  rehearsalRoutes(app, parts);
  workorderRoutes(app, parts);
  logRoutes(app, parts);
  settingsRoutes(app, parts);
  keyRoutes(app, parts);
  tenantRoutes(app, parts);
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
