import type { TestContext } from "node:test";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { freePort } from "./free-port.ts";
import { createIdentityWorld } from "./identity.ts";
import type { RunningService } from "./running-service.ts";
import type { World } from "./world.ts";

/** Settings of a console on a free port, with a provider of its own; the provider ends with the test. */
export async function consoleSettings(t: TestContext): Promise<Readonly<Record<string, string>>> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return {
    ...(await createIdentityWorld(t, url)).environment,
    CONSOLE_PORT: String(port),
    CONSOLE_PUBLIC_URL: url,
  };
}

/** Starts all services of a world in one process; it ends with the test. @param extra of Unit4, and what the test changes */
export async function startAll(
  t: TestContext,
  world: World,
  extra: Readonly<Record<string, string>>,
): Promise<RunningService> {
  return world.start("all", {
    ...(await consoleSettings(t)),
    ...rolePasswords(new URL(world.databaseUrl).password),
    ...extra,
  });
}
