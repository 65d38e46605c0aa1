import type { Clock } from "../clock.ts";
import type { Pool } from "../postgres.ts";
import type { Telemetry } from "../telemetry.ts";
import { type AdministrationCalls, createAdministrationCalls } from "./administrations.ts";
import { createGate } from "./calls/gate.ts";
import { createGet } from "./get.ts";
import { createUnit4Telemetry } from "./http/unit4-telemetry.ts";
import { createHttp } from "./http.ts";
import { type ArticleCalls, createArticleCalls } from "./master-data/articles.ts";
import { type CustomFieldCalls, createCustomFieldCalls } from "./master-data/custom-fields.ts";
import { type CustomerCalls, createCustomerCalls } from "./master-data/customers.ts";
import { createOrderCalls, type OrderCalls } from "./orders/orders.ts";
import { createPost } from "./orders/post.ts";
import { createSlots } from "./slots.ts";
import { createTenantCall } from "./tenant-call.ts";
import { createTokenCipher } from "./token-cipher.ts";
import { type ConnectionCalls, createConnectionCalls } from "./tokens/connecting.ts";
import { Secret } from "./tokens/secret.ts";
import { createTokenEndpoint } from "./tokens/token-endpoint.ts";
import { parkConnection } from "./tokens/token-store.ts";
import { createTokenKeeper } from "./tokens.ts";

export type Unit4Limits = {
  /** One GET with all its tries, in milliseconds. */
  readonly getTimeoutMs: number;
  /** One POST, in milliseconds. */
  readonly postTimeoutMs: number;
  /** One call of the token endpoint, in milliseconds. */
  readonly tokenTimeoutMs: number;
  /** Largest answer, in bytes. */
  readonly answerBytes: number;
  /** Connections to one origin at most. */
  readonly connections: number;
  /** Token renewals at one time at most: each holds a connection of the pool meanwhile. */
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

/** The Multivers Web API for all tenants of one process. Its calls throw only for troubles of Postgres. */
export type Unit4 = CustomerCalls &
  ArticleCalls &
  OrderCalls &
  AdministrationCalls &
  CustomFieldCalls &
  ConnectionCalls & {
    /** Ends GETs at once (`unavailable`, STOPPED), lets POSTs and renewals end, then closes the connections. */
    close(): Promise<void>;
  };

/** Integrators report list answers of a minute and more, and token calls of many seconds. */
const LIMITS: Unit4Limits = {
  getTimeoutMs: 90_000,
  postTimeoutMs: 30_000,
  tokenTimeoutMs: 30_000,
  answerBytes: 64 * 1024 * 1024,
  connections: 64,
  renewals: 4,
};

/** Makes the client; once for each process. @throws Failure TOKEN_KEY_UNKNOWN when there is no usable key */
export function createUnit4(options: Unit4Options): Unit4 {
  const limits = { ...LIMITS, ...options.limits };
  const { clientId, pool, now, random } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const telemetry = createUnit4Telemetry(options.telemetry);
  const cipher = createTokenCipher(options.tokenKeys);
  const http = createHttp(limits);
  const stopping = new AbortController();

  const endpoint = createTokenEndpoint({
    http,
    baseUrl,
    clientId,
    clientSecret: new Secret(options.clientSecret),
    timeoutMs: limits.tokenTimeoutMs,
  });
  const slots = createSlots(limits.renewals);
  const tokens = createTokenKeeper({ pool, cipher, endpoint, slots, telemetry, now });
  const gate = createGate({ now, random });
  const keepRest = (tenantId: string, restMs: number) => parkConnection(pool, tenantId, restMs);
  const tenantCall = createTenantCall({ tokens, gate, keepRest, telemetry, now });
  const common = { http, baseUrl, tenantCall, telemetry };
  const get = createGet({ ...common, random, timeoutMs: limits.getTimeoutMs, signal: stopping.signal });
  const post = createPost({ ...common, now, timeoutMs: limits.postTimeoutMs });

  return {
    ...createCustomerCalls(get),
    ...createArticleCalls(get),
    ...createOrderCalls(get, post),
    ...createAdministrationCalls(get),
    ...createCustomFieldCalls(get),
    ...createConnectionCalls({ baseUrl, clientId, endpoint, cipher }),
    close: async () => {
      stopping.abort();
      await http.close();
    },
  };
}
