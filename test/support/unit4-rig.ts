import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import {
  createMultivers,
  type Multivers,
  type MultiversOptions,
} from "../../infra/sandbox/multivers/multivers.ts";
import type { Interception, SeenRequest } from "../../infra/sandbox/multivers/request/seen-request.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4, type Unit4, type Unit4Limits } from "../../services/shared/unit4/client.ts";
import type { Unit4Tenant } from "../../services/shared/unit4/http/errors.ts";
import { Secret } from "../../services/shared/unit4/tokens/secret.ts";
import { createRegistryDatabase } from "./registry-database.ts";

const CLIENT = { clientId: "simon-test", clientSecret: "simon-test-secret" };
export const LINDE: Unit4Tenant = { tenantId: "linde", administration: "MVL00042" };
export const BOS: Unit4Tenant = { tenantId: "bos", administration: "MVL00077" };
/** The first rows of a list. */
export const PAGE = { skip: 0, top: 5 };

export type Rig = {
  /** The TOKEN_KEYS setting of its clients. */
  readonly tokenKeys: string;
  readonly multivers: Multivers;
  readonly pool: Pool;
  /** Where the emulated Unit4 listens, on 127.0.0.1. */
  readonly port: number;
  /** Another process: a client with a pool of its own. `port`: of whatever stands before Unit4 */
  client(
    limits?: Partial<Unit4Limits>,
    options?: { readonly now?: () => number; readonly port?: number; readonly tokenKeys?: string },
  ): Unit4;
  /** Connects one more tenant, whose portal user has its name. */
  connect(tenantId: string): Promise<void>;
  /** Makes the stored access token count as expired. */
  expireStored(tenantId: string): Promise<void>;
  connection(tenantId: string): Promise<{
    state: string;
    previous_refresh_token: Buffer | null;
    access_token: Buffer;
    refresh_token: Buffer;
  }>;
  tokenCalls(): number;
  callsTo(administration: string): readonly SeenRequest[];
};

/** Two connected tenants, MVL00042 of linde and MVL00077 of bos, and a Unit4 that answers as `options` say. */
export async function createRig(t: TestContext, options: Partial<MultiversOptions> = {}): Promise<Rig> {
  const database = await createRegistryDatabase(t);
  const multivers = createMultivers({
    ...CLIENT,
    dataDir: null,
    administrations: [LINDE, BOS].map(({ tenantId, administration }) => ({
      database: administration,
      name: tenantId,
      portalUser: tenantId,
      portalPassword: "demo",
      size: 20,
    })),
    ...options,
  });
  const baseUrl = `${await multivers.listen(0)}/V22`;
  const tokenKeys = `test:${randomBytes(32).toString("base64")}`;
  const clients: Unit4[] = [];
  t.after(async () => {
    await Promise.all(clients.map((client) => client.close(AbortSignal.abort())));
    await multivers.close();
  });
  const port = Number(new URL(baseUrl).port);
  const client: Rig["client"] = (
    limits = {},
    { now = Date.now, port: by = port, tokenKeys: keys = tokenKeys } = {},
  ) => {
    const made = createUnit4({
      ...CLIENT,
      baseUrl: baseUrl.replace(`:${port}/`, `:${by}/`),
      tokenKeys: keys,
      pool: database.pool(),
      telemetry: createTelemetry("test", "error"),
      now,
      random: Math.random,
      limits,
    });
    clients.push(made);
    return made;
  };
  const pool = database.pool();
  const first = client();
  const connect = async (tenantId: string): Promise<void> => {
    await database.addTenant(tenantId);
    const issued = multivers.tokens.issueTokens(tenantId);
    const tokens = {
      accessToken: new Secret(issued.access_token),
      refreshToken: new Secret(issued.refresh_token),
      expiresInMs: 3_600_000,
    };
    await first.storeConnection(pool, { tenantId, tokens, by: "test" });
  };
  for (const { tenantId } of [LINDE, BOS]) await connect(tenantId);
  return {
    multivers,
    port,
    pool,
    tokenKeys,
    client,
    connect,
    expireStored: async (tenantId) => {
      await pool.query("update integration.connections set expires_at = now() where tenant_id = $1", [
        tenantId,
      ]);
    },
    connection: async (tenantId) => {
      const { rows } = await pool.query("select * from integration.connections where tenant_id = $1", [
        tenantId,
      ]);
      return rows[0];
    },
    tokenCalls: () => multivers.requests.filter(isTokenCall).length,
    callsTo: (administration) => multivers.requests.filter(({ database: seen }) => seen === administration),
  };
}

/** Whether a request asks for tokens. */
export const isTokenCall = ({ path }: SeenRequest): boolean => path.toLowerCase() === "/oauth/token";

/** Lets the token endpoint answer so, and everything else as always. */
export const atTokenEndpoint = (interception: Interception) => (request: SeenRequest) =>
  isTokenCall(request) ? interception : null;

/** Lets everything but the token endpoint answer so. */
export const atData = (interception: Interception) => (request: SeenRequest) =>
  isTokenCall(request) ? null : interception;

/** A refusal of the token endpoint. */
export const oauthError = (error: string): Interception => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error }),
});

/** An order of one text line for a customer of MVL00042. */
export function orderFor(multivers: Multivers): object {
  const administration = multivers.administration(LINDE.administration);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  return {
    orderType: 0,
    customerId: customer?.customerId,
    orderDate: "01-04-2026",
    reference: "WB-2026-000173",
    paymentConditionId: customer?.paymentConditionId,
    orderLines: [{ orderLineType: 3, description: "Ketel nagekeken", deliveryDate: "01-04-2026" }],
  };
}
