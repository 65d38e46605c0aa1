import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "../../infra/local/stack/stack.ts";
import { removeAbandonedStacks } from "./abandoned-stacks.ts";
import { freePort } from "./free-port.ts";
import { startStack } from "./start-stack.ts";

const FOLDER_PREFIX = "simon-unit4-test-";

let running: { readonly stack: Stack; readonly dataDir: string } | undefined;

/**
 * Starts one stack for all integration tests, on free ports and in a folder of its own, and gives its addresses to the
 * test files in TEST_KAFKA_BROKERS, TEST_REGISTRY_URL, TEST_DATABASE_URL and TEST_STACK_DIR; in TEST_KAFKA_WAY the
 * second way to Kafka, `port:advertisedPort`.
 */
export async function globalSetup(): Promise<void> {
  await removeAbandonedStacks(tmpdir(), FOLDER_PREFIX, report);
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  try {
    // PostgreSQL may run as another account, which has to pass this folder.
    await chmod(dataDir, 0o755);
    const ports = await freePorts();
    const stack = await startStack({ dataDir, ports, durable: false, report });
    running = { stack, dataDir };
    process.env["TEST_KAFKA_BROKERS"] = stack.kafkaBrokers;
    process.env["TEST_REGISTRY_URL"] = stack.registryUrl;
    process.env["TEST_DATABASE_URL"] = stack.databaseUrl;
    process.env["TEST_KAFKA_WAY"] = `${ports.kafkaWay.port}:${ports.kafkaWay.advertisedPort}`;
    process.env["TEST_STACK_DIR"] = dataDir;
  } catch (error) {
    // The runner shows little of a failed setup and calls no teardown for it.
    report(error instanceof Error ? error.message : String(error));
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/** Stops the stack and removes its folder. The runner calls it again when it fails, and shows no reason. */
export async function globalTeardown(): Promise<void> {
  if (running === undefined) return;
  const { stack, dataDir } = running;
  running = undefined;
  try {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  } catch (error) {
    console.error("the test stack did not stop cleanly:", error);
    process.exitCode = 1;
  }
}

async function freePorts() {
  const [postgres, kafka, kafkaController, registry] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const kafkaWay = { port: await freePort(), advertisedPort: await freePort() };
  return { postgres, kafka, kafkaController, registry, kafkaWay };
}

function report(line: string): void {
  console.error(`test stack: ${line}`);
}
