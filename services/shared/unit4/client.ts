import type { Clock } from "../clock.ts";
import type { Pool } from "../postgres.ts";
import { processName } from "../process-name.ts";
import { createSharedSlots } from "../slots.ts";
import type { Telemetry } from "../telemetry.ts";
import { createGate } from "./calls/gate.ts";
import { createGet } from "./calls/get.ts";
import { createPark } from "./calls/parking.ts";
import { callWith, createTenantCall, type TenantCall } from "./calls/tenant-call.ts";
import { createHttp } from "./http/http.ts";
import { createUnit4Telemetry } from "./http/unit4-telemetry.ts";
import { type AdministrationCalls, createAdministrationCalls } from "./master-data/administrations.ts";
import { type ArticleCalls, createArticleCalls } from "./master-data/articles.ts";
import { type CustomFieldCalls, createCustomFieldCalls } from "./master-data/custom-fields.ts";
import { type CustomerCalls, createCustomerCalls } from "./master-data/customers.ts";
import { createOrderCalls, type OrderCalls } from "./orders/orders.ts";
import { createPost } from "./orders/post.ts";
import { type ConnectionCalls, createConnectionCalls } from "./tokens/connecting.ts";
import { createRenewals } from "./tokens/renewals.ts";
import { Secret } from "./tokens/secret.ts";
import { createTokenCipher } from "./tokens/token-cipher.ts";
import { createTokenEndpoint } from "./tokens/token-endpoint.ts";
import { parkConnection } from "./tokens/token-store.ts";
import { createTokenKeeper } from "./tokens/tokens.ts";

export type Unit4Limits = {
  /** One GET with all its tries, in milliseconds. */
  readonly getTimeoutMs: number;
  /** One POST, in milliseconds. */
  readonly postTimeoutMs: number;
  /** One call of the token endpoint, in milliseconds. */
  readonly tokenTimeoutMs: number;
  /** Largest answer, in bytes. */
  readonly answerBytes: number;
  /** Connections to one origin at most, and of them for the GETs of one tenant: one whose Unit4 hangs leaves the others theirs. */
  readonly connections: number;
  readonly connectionsOfTenant: number;
  /** Token renewals at one time at most; for tenants whose token endpoint is silent an eighth of it, at least one. */
  readonly renewals: number;
};

export type Unit4Options = {
  /** With the version, such as https://api.multivers.nl/V22. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The TOKEN_KEYS setting. */
  readonly tokenKeys: string;
  readonly pool: Pool;
  readonly telemetry: Telemetry;
  readonly now: Clock;
  /** Number in [0, 1). */
  readonly random: () => number;
  readonly limits?: Partial<Unit4Limits>;
};

/** The Multivers Web API for all tenants of one process. Its calls throw only what Postgres throws. */
export type Unit4 = CustomerCalls &
  ArticleCalls &
  OrderCalls &
  AdministrationCalls &
  CustomFieldCalls &
  ConnectionCalls & {
    /**
     * Administrations that a login may use which is not the tenant's connection (yet): nothing is stored or renewed.
     * @param login.tenantId for whom is asked, for the log lines alone
     */
    administrationsOf(login: {
      readonly tenantId: string;
      readonly token: Secret;
    }): ReturnType<AdministrationCalls["listAdministrations"]>;
    /** Ends GETs at once (`unavailable`, STOPPED), those to come included. */
    stopReading(): void;
    /**
     * Ends GETs at once, lets POSTs and renewals end, then closes the connections: a renewal that is broken off may cost
     * the connection. @param late fires when renewals have to be given up all the same
     */
    close(late?: AbortSignal): Promise<void>;
  };

/** Integrators report list answers of a minute and more, and token calls of many seconds. */
const LIMITS: Unit4Limits = {
  getTimeoutMs: 90_000,
  postTimeoutMs: 30_000,
  tokenTimeoutMs: 30_000,
  answerBytes: 64 * 1024 * 1024,
  connections: 64,
  connectionsOfTenant: 8,
  renewals: 64,
};

/** Part of the renewals that tenants may have under way whose last one was not answered. */
const DOUBTFUL_SHARE = 1 / 8;
/** Connections for the logins of people who connect. */
const LOGINS = 8;
const TOKEN_ANSWER_BYTES = 256 * 1024;
/** A lease outlasts a call of the token endpoint by this much: the time to store what it gave. */
const LEASE_MARGIN_MS = 10_000;

/** Makes the client; once for each process. @throws Failure TOKEN_KEY_UNKNOWN when there is no usable key */
export function createUnit4(options: Unit4Options): Unit4 {
  const limits = { ...LIMITS, ...options.limits };
  const { clientId, pool, now, random } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const telemetry = createUnit4Telemetry(options.telemetry);
  const cipher = createTokenCipher(options.tokenKeys);
  const http = createHttp(limits);
  const stopping = new AbortController();
  const renewalsGivenUp = new AbortController();
  let closing: Promise<void> | null = null;

  // Connections of their own: a token endpoint that is silent must not take those of the calls.
  const mostDoubtful = Math.ceil(limits.renewals * DOUBTFUL_SHARE);
  const tokenHttp = createHttp({
    answerBytes: TOKEN_ANSWER_BYTES,
    connections: limits.renewals + mostDoubtful + LOGINS,
  });
  const endpoint = createTokenEndpoint({
    http: tokenHttp,
    baseUrl,
    clientId,
    clientSecret: new Secret(options.clientSecret),
    timeoutMs: limits.tokenTimeoutMs,
    signal: renewalsGivenUp.signal,
  });
  const gate = createGate({ now, random });
  const keepRest = (tenantId: string, restMs: number) => parkConnection(pool, tenantId, restMs);
  const park = createPark({ gate, keepRest, telemetry, now });
  const renewals = createRenewals({
    ...{ pool, cipher, endpoint, telemetry, now, park, mostDoubtful },
    leaseMs: limits.tokenTimeoutMs + LEASE_MARGIN_MS,
    by: processName(),
    most: limits.renewals,
    stopping: stopping.signal,
  });
  const tokens = createTokenKeeper({ pool, cipher, renewals, telemetry, now });
  const tenantCall = createTenantCall({ tokens, gate, park, telemetry });
  const slots = createSharedSlots({
    most: limits.connections,
    mostOf: { tenant: limits.connectionsOfTenant },
  });
  const common = { http, baseUrl, tenantCall, telemetry };
  const getAs = (tenantCall: TenantCall) =>
    createGet({
      ...{ ...common, tenantCall, slots, random },
      timeoutMs: limits.getTimeoutMs,
      signal: stopping.signal,
    });
  const get = getAs(tenantCall);
  const post = createPost({ ...common, now, timeoutMs: limits.postTimeoutMs });

  return {
    ...createCustomerCalls(get),
    ...createArticleCalls(get),
    ...createOrderCalls(get, post),
    ...createAdministrationCalls(get),
    ...createCustomFieldCalls(get),
    ...createConnectionCalls({ baseUrl, clientId, endpoint, cipher }),
    administrationsOf: ({ tenantId, token }) =>
      createAdministrationCalls(getAs(callWith(token))).listAdministrations(tenantId),
    stopReading: () => stopping.abort(),
    close: (late) => {
      const giveUp = (): void => renewalsGivenUp.abort();
      late?.addEventListener("abort", giveUp, { once: true });
      if (late?.aborted) giveUp();
      stopping.abort();
      closing ??= renewals.ended().then(async () => {
        await Promise.all([tokenHttp.close(), http.close()]);
      });
      return closing;
    },
  };
}
