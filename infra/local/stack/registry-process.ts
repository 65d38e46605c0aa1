import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isHttpOk } from "../processes/http-probe.ts";
import { type ProcessDefinition, READY_WITHIN_MS } from "../processes/supervised-process.ts";

/** Where a local schema registry lives: `application` is the folder of the unpacked Apicurio Registry. */
export type RegistryPlace = {
  readonly dataDir: string;
  readonly logDir: string;
  readonly application: string;
  readonly port: number;
};

/**
 * Says how to run Apicurio Registry on a database file of its own. Not on the stack's Postgres: so it starts beside
 * it, and a fault of the one is not a fault of the other.
 */
export async function prepareRegistry(place: RegistryPlace): Promise<ProcessDefinition> {
  const folder = join(place.dataDir, "registry");
  await mkdir(folder, { recursive: true });
  return {
    name: "registry",
    dataDir: place.dataDir,
    command: "java",
    args: [
      "-Xms64m",
      "-Xmx384m",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-XX:+ExitOnOutOfMemoryError",
      `-XX:ErrorFile=${join(place.logDir, "registry-crash.log")}`,
      `-Dlocal.registry.folder=${folder}`,
      "-jar",
      join(place.application, "apicurio-registry-app-3.0.9-runner.jar"),
    ],
    env: {
      ...process.env,
      QUARKUS_HTTP_HOST: "127.0.0.1",
      QUARKUS_HTTP_PORT: String(place.port),
      // WRITE_DELAY=0: H2 else keeps a commit in memory for half a second, and a kill would lose a schema id
      // that records already carry.
      APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(folder, "registry")};WRITE_DELAY=0`,
      APICURIO_DATASOURCE_USERNAME: "sa",
      APICURIO_DATASOURCE_PASSWORD: "sa",
    },
    workingDirectory: folder,
    logFile: join(place.logDir, "registry.log"),
    stopSignal: "SIGTERM",
    stopWithinMs: 5_000,
    readyWithinMs: READY_WITHIN_MS,
    startAttempts: 2,
    isReady: () => isHttpOk(`http://127.0.0.1:${place.port}/health/ready`),
  };
}
