import type { TestContext } from "node:test";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { freePort } from "./free-port.ts";
import { createIdentityWorld } from "./identity.ts";
import type { RunningService } from "./running-service.ts";
import type { World } from "./world.ts";

/** Starts all services of a world in one process; it ends with the test. @param extra of Unit4, and what the test changes */
export async function startAll(
  t: TestContext,
  world: World,
  extra: Readonly<Record<string, string>>,
): Promise<RunningService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return world.start("all", {
    ...(await createIdentityWorld(t, url)).environment,
    ...rolePasswords(new URL(world.databaseUrl).password),
    CONSOLE_PORT: String(port),
    CONSOLE_PUBLIC_URL: url,
    ...extra,
  });
}
