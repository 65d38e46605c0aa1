import { join } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import { refuseOtherHosts } from "../site-replies.ts";
import type { Administration, AdministrationOptions } from "./administration/administration.ts";
import { Administrations } from "./administration/administrations.ts";
import { Audit } from "./audit/audit.ts";
import type { RequestEnd } from "./audit/audit-entry.ts";
import { addControl } from "./control.ts";
import { FaultScript } from "./faults/fault-script.ts";
import { type HandlerOptions, handleRequest } from "./handle-request.ts";
import { TokenStore } from "./oauth/token-store.ts";
import { type Intercept, RequestLog, type SeenRequest } from "./request/seen-request.ts";
import { sendOutcome } from "./request/send-outcome.ts";
import type { OrderPolicy } from "./rows/order-policy.ts";
import { type SandboxSettings, SettingsInForce } from "./sandbox-settings.ts";
import { addSite } from "./site.ts";

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
  /** Listens on 127.0.0.1 unless told; port 0 takes a free one. Gives the address without a version: `http://127.0.0.1:8090`. */
  listen(port: number, host?: string): Promise<string>;
  /** Stops at once, open requests included. */
  close(): Promise<void>;
  /** Direct access to the data behind the API. Throws for an administration that was not among the options. */
  administration(database: string): Administration;
  /** Codes and tokens: `issueTokens(portalUser)` logs in without the page. */
  readonly tokens: TokenStore;
  /** The last 100,000 requests for the API and the login, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** The faults that are set; `PUT /sandbox/faults` sets them from outside. */
  readonly faults: FaultScript;
  /** Every request and every stored order, over restarts; `GET /sandbox/audit` shows it to the outside. */
  readonly audit: Audit;
  /** What can be changed while it runs; `POST /sandbox/settings` does so from outside. */
  readonly settings: SettingsInForce;
  /** Set it to change what happens to requests; what it leaves alone is for `faults`. */
  intercept: Intercept | null;
};

/** Makes an emulator of the Multivers Web API with its login page and a small site to look at and change its data. */
export function createMultivers(options: MultiversOptions): Multivers {
  const { administrations, dataDir, now = () => new Date() } = options;
  const settings = new SettingsInForce(initialSettings(options));
  const rooms = new Administrations(administrations, { dataDir, now });
  const tokens = new TokenStore({
    path: dataDir === null ? null : join(dataDir, "tokens.jsonl"),
    now,
    life: () => settings.current,
  });
  const log = new RequestLog();
  const audit = new Audit({ path: dataDir === null ? null : join(dataDir, "audit.jsonl"), now });
  const faults = new FaultScript(now);
  const stopping = new AbortController();
  const handling: HandlerOptions = {
    api: {
      administration: (database) => rooms.open(database),
      administrationsOf: (portalUser) => rooms.ofPortalUser(portalUser),
      requireVatScenario: options.requireVatScenario ?? false,
      maximumPageSize: options.maximumPageSize ?? null,
      settings: () => settings.current,
      now,
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
    audit,
    intercept: () => multivers.intercept,
    faults,
    now,
    signal: stopping.signal,
  };
  const app = serverFor(handling);
  addControl(app, { administrations, faults, audit, settings });
  addSite(app, { administrations, administration: (database) => rooms.open(database) });

  const multivers: Multivers = {
    intercept: null,
    requests: log.requests,
    tokens,
    faults,
    audit,
    settings,
    administration: (database) => rooms.open(database),
    listen: (port, host = "127.0.0.1") => app.listen({ host, port }),
    async close() {
      stopping.abort();
      await app.close();
      tokens.close();
      rooms.close();
      audit.close();
    },
  };
  return multivers;
}

/** A server that gives every address without a page of its own to the API and the login, with the body as text. */
function serverFor(handling: HandlerOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES });
  refuseOtherHosts(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler(async (request, reply) => {
    const { method, url, body, headers } = request;
    const text = typeof body === "string" ? body : "";
    const handled = handleRequest(
      {
        method,
        url,
        authorization: headers.authorization,
        requestId: headers["x-request-id"]?.toString(),
        body: text,
      },
      handling,
    );
    if (handled.kind === "elsewhere")
      return reply.code(404).type("text/plain; charset=utf-8").send("Niet gevonden");
    const { seen, request: number, outcome } = handled;
    let isEnded = false;
    const ended = (end: RequestEnd) => {
      if (isEnded) return;
      isEnded = true;
      if (end.status !== null) handling.log.answered(seen, end.status);
      handling.audit.ended(number, end);
    };
    reply.raw.once("close", () => {
      const { writableFinished, headersSent, statusCode } = reply.raw;
      ended({
        outcome: writableFinished ? "answered" : "abandoned",
        status: headersSent ? statusCode : null,
      });
    });
    return sendOutcome(await outcome, reply, { ended, signal: handling.signal });
  });
  return app;
}

function initialSettings(options: MultiversOptions): SandboxSettings {
  return {
    rotateRefreshTokens: options.rotateRefreshTokens ?? false,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    latencyMs: options.latencyMs ?? 0,
    passivePolicy: options.passivePolicy ?? "error",
    invisibleOrdersMs: 0,
    ignoreFilter: false,
    cutReference: null,
  };
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;
