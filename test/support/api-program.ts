import type { TestContext } from "node:test";
import { insertKey } from "../../services/console/access/key-store.ts";
import { type ConsoleWorld, createConsoleWorld } from "./console-world.ts";
import { customerChanged } from "./records.ts";
import { createUnit4World } from "./unit4-world.ts";
import { until } from "./until.ts";
import { createWorld, type World } from "./world.ts";

/** What the interface answered. */
export type ApiAnswer = {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly headers: Headers;
};

/** A program with a key, or with none. */
export function program(site: ConsoleWorld, key: string | null) {
  return async (
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> => {
    const response = await fetch(site.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      json: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };
}

/** A console with two tenants and a program of the first. */
export async function startApi(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const world = await createWorld(t);
  await world.pool.query(
    "insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos'), ('noord', 'Noord')",
  );
  const site = await createConsoleWorld(t, world, { environment });
  const key = await keyOf(world, "bos");
  return { world, site, key, ask: program(site, key) };
}

/** A key of the tenant, as its people make one. */
export const keyOf = (world: World, tenantId: string, name = "boekhouding"): Promise<string> =>
  insertKey(world.pool, {
    ...{ tenantId, name, by: "test", heldBy: null, days: 30 },
    scopes: ["read", "archive", "operate"],
  });

/** Where a program sends archived workorders. */
export const ARCHIVED = "/api/tenants/bos/workorders/archived";

/** A workorder as a program sends it. */
export const workorder = (overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  workorderId: "w1",
  workorderNumber: "WB-2026-000001",
  customerId: "10001",
  description: "Ketel nagekeken",
  reportedReady: true,
  travelMinutes: 15,
  workMinutes: 120,
  archivedAt: "2026-11-20T14:03:00.000+01:00",
  archivedBy: "kantoor",
  ...overrides,
});

/** A console in front of the services that make orders, with an emulated Unit4. */
export async function startPipeline(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
  ]);
  const hours = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });
  await unit4.connect({
    tenantId: "bos",
    database: "MVL00077",
    settings: { travelArticle: hours("REISTIJD"), workArticle: hours("ARBEID") },
  });
  await world.send("customerChanged", "bos/10001", customerChanged("bos", "10001", {}));
  const [site] = await Promise.all([
    createConsoleWorld(t, world, { unit4 }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  await until(
    "the customer",
    async () => (await world.pool.query("select from simon.customers")).rowCount === 1,
  );
  const key = await keyOf(world, "bos");
  const ask = program(site, key);
  return { world, url: site.url, key, ask, administration: unit4.multivers.administration("MVL00077") };
}
