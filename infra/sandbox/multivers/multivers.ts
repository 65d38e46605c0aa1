import { join } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import type { Administration, AdministrationOptions } from "./administration.ts";
import { Administrations } from "./administrations.ts";
import { type HandlerOptions, handleRequest } from "./handle-request.ts";
import type { OrderPolicy } from "./order-policy.ts";
import { type Intercept, RequestLog, type SeenRequest } from "./seen-request.ts";
import { addSite } from "./site.ts";
import { TokenStore } from "./token-store.ts";

/** What the emulator is like; all but the first four have the defaults of the real service as far as they are known. */
export type MultiversOptions = Readonly<{
  clientId: string;
  clientSecret: string;
  /** Where journals are kept; null: in memory only. */
  dataDir: string | null;
  administrations: readonly AdministrationOptions[];
  /** The registered return addresses; without it every http address is taken. */
  redirectUris?: readonly string[];
  /** Default 3600. */
  accessTokenSeconds?: number;
  /** Whether a refresh ends the old refresh token. Default false. */
  rotateRefreshTokens?: boolean;
  /** Cuts lists off without a word. Default null: no limit. */
  maximumPageSize?: number | null;
  /** Default false. */
  requireVatScenario?: boolean;
  /** What an order on a passive customer or article meets. Default `error`. */
  passivePolicy?: OrderPolicy["passive"];
  /** Added to every answer of the API and the login. Default 0. */
  latencyMs?: number;
  /** Default: the real clock. */
  now?: () => Date;
}>;

/** A running, or not yet listening, emulator of the Multivers Web API. */
export type Multivers = {
  /** Listens on 127.0.0.1; port 0 takes a free one. Gives the address without a version: `http://127.0.0.1:8090`. */
  listen(port: number): Promise<string>;
  /** Stops at once, open requests included. */
  close(): Promise<void>;
  /** Direct access to the data behind the API. Throws for an administration that was not among the options. */
  administration(database: string): Administration;
  /** Codes and tokens: `issueTokens(portalUser)` logs in without the page. */
  readonly tokens: TokenStore;
  /** The last 100,000 requests for the API and the login, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Set it to change what happens to requests. */
  intercept: Intercept | null;
};

/** Makes an emulator of the Multivers Web API with its login page and a small site to look at and change its data. */
export function createMultivers(options: MultiversOptions): Multivers {
  const { administrations, dataDir, latencyMs = 0, now = () => new Date() } = options;
  const rooms = new Administrations(administrations, { dataDir, now });
  const tokens = new TokenStore({
    path: dataDir === null ? null : join(dataDir, "tokens.jsonl"),
    now,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    rotate: options.rotateRefreshTokens ?? false,
  });
  const log = new RequestLog();
  const stopping = new AbortController();
  const handling: HandlerOptions = {
    api: {
      administration: (database) => rooms.open(database),
      administrationsOf: (portalUser) => rooms.ofPortalUser(portalUser),
      policy: {
        requireVatScenario: options.requireVatScenario ?? false,
        passive: options.passivePolicy ?? "error",
      },
      maximumPageSize: options.maximumPageSize ?? null,
    },
    oauth: {
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      redirectUris: options.redirectUris ?? null,
      administrations,
      tokens,
    },
    databaseNamed: (code) => rooms.databaseNamed(code),
    log,
    intercept: () => multivers.intercept,
    latencyMs,
    now,
    signal: stopping.signal,
  };
  const app = serverFor(handling);
  addSite(app, { administrations, administration: (database) => rooms.open(database) });

  const multivers: Multivers = {
    intercept: null,
    requests: log.requests,
    tokens,
    administration: (database) => rooms.open(database),
    listen: (port) => app.listen({ host: "127.0.0.1", port }),
    async close() {
      stopping.abort();
      await app.close();
      tokens.close();
      rooms.close();
    },
  };
  return multivers;
}

/** A server that gives every address without a page of its own to the API and the login, with the body as text. */
function serverFor(handling: HandlerOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler(async (request, reply) => {
    const { method, url, body, headers } = request;
    const text = typeof body === "string" ? body : "";
    const outcome = await handleRequest(
      { method, url, authorization: headers.authorization, body: text },
      handling,
    );
    switch (outcome.kind) {
      case "answer":
        return reply.code(outcome.answer.status).headers(outcome.answer.headers).send(outcome.answer.body);
      case "elsewhere":
        return reply.code(404).type("text/plain; charset=utf-8").send("Niet gevonden");
      case "reset":
        reply.hijack();
        request.raw.socket.resetAndDestroy();
        return reply;
    }
  });
  return app;
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;
