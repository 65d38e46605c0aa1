import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploy } from "../../infra/deploy/deploy.ts";
import { createProcessGroup } from "../../infra/local/processes/process-group.ts";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import {
  type LocalProgram,
  multiversProgram,
  servicePrograms,
  unit4Access,
} from "../../infra/local/programs/local-programs.ts";
import { programProcess } from "../../infra/local/programs/program-process.ts";
import { localTokenKeys } from "../../infra/local/programs/token-keys.ts";
import { readLocalSettings } from "../../infra/local/stack/local-settings.ts";
import { pipelineConfig } from "../../infra/local/stack/pipeline-config.ts";
import type { Stack } from "../../infra/local/stack/stack.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { removeAbandonedStacks } from "../support/abandoned-stacks.ts";
import { type BlackHole, createBlackHole } from "../support/black-hole.ts";
import { freePort } from "../support/free-port.ts";
import { startStack } from "../support/start-stack.ts";
import { startCompanyParts } from "./company-parts.ts";
import { connectTenants } from "./connect-tenants.ts";
import { administrations, goodsOf, type TenantGoods } from "./tenants.ts";

const FOLDER_PREFIX = "simon-unit4-soak-";

export type OwnStackOptions = {
  readonly tenants: number;
  /** Life of Unit4's access tokens. */
  readonly tokenSeconds: number;
  /** Added to every answer of Unit4. */
  readonly latencyMs: number;
  /** Environment of services beside what they always have. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether services reach the database, Unit4 and Kafka by ways that can fall silent. */
  readonly withBlackHoles?: boolean;
  /** Whether they come in as companies have it: into Kafka by TLS and login, to PostgreSQL through a pooler. */
  readonly throughCompany?: boolean;
  readonly report: (line: string) => void;
};

/** A stack, an emulated Unit4 and services, all processes of their own on free ports, with tenants connected. */
export type OwnStack = {
  readonly dataDir: string;
  readonly stack: Stack;
  readonly kafka: SupervisedProcess;
  /** PostgreSQL that takes writes. */
  readonly primary: () => SupervisedProcess;
  /** Loses it with what it confirmed in the last so many milliseconds, to a standby; null: there is none. */
  readonly failOver: ((aloneMs: number) => Promise<void>) | null;
  /** Base URL of the emulated Unit4, without a version. */
  readonly sandboxUrl: string;
  readonly tenants: readonly TenantGoods[];
  /** To the database, to Unit4 and to Kafka; none when the services go straight there. */
  readonly ways: readonly BlackHole[];
  /** As the superuser. */
  readonly pool: Pool;
  /** Starts one more process of a service; it ends with the stack. */
  startService(
    service: string,
    name: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<SupervisedProcess>;
  /** Ends everything. @param keep leaves the folder with data and logs behind */
  stop(keep: boolean): Promise<void>;
};

/** Starts everything but the services. */
export async function startOwnStack(options: OwnStackOptions): Promise<OwnStack> {
  const { report } = options;
  await removeAbandonedStacks(tmpdir(), FOLDER_PREFIX, report);
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  // PostgreSQL may run as another account, which has to pass this folder.
  await chmod(dataDir, 0o755);
  // Durable, since a killed database must not have lost what it confirmed.
  const ports = await stackPorts();
  const ends: (() => unknown)[] = [];
  const endParts = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const company = options.throughCompany
    ? await startCompanyParts({ after: (end) => ends.push(end) }).catch(endBefore(endParts))
    : null;
  const started = await startStack({
    ...{ dataDir, ports, durable: true, report },
    existing: { kafkaBrokers: company?.kafkaBrokers, databaseUrl: company?.databaseUrl },
  }).catch(endBefore(endParts));
  const stack = company === null ? started : { ...started, rolePasswords: company.rolePasswords };
  const { kafka = company?.kafka, postgres = company?.primary() } = started.parts;
  if (kafka === undefined || postgres === undefined) throw new Error("the stack has no Kafka or PostgreSQL");
  const programs = createProcessGroup(report);
  const pool = createPool({ url: stack.databaseUrl, size: 4, applicationName: "soak" });
  const ways: BlackHole[] = [];
  const stop = async (keep: boolean): Promise<void> => {
    await programs.kill();
    for (const way of ways) way.close();
    await pool.end();
    await stack.stop();
    await endParts();
    if (!keep) await rm(dataDir, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stop(false).finally(() => process.exit(130)));
  try {
    const sandboxPort = await freePort();
    const settings = readLocalSettings({
      LOCAL_DATA_DIR: dataDir,
      LOCAL_MULTIVERS_PORT: String(sandboxPort),
    });
    const unit4 = unit4Access(settings, await localTokenKeys(dataDir));
    const start = (program: LocalProgram): Promise<SupervisedProcess> =>
      programs.start(async () => programProcess(program, dataDir));
    await Promise.all([
      deploy({ ...stack, config: pipelineConfig(stack), givesRights: company !== null }),
      start(sandboxProgram(multiversProgram(settings), options)),
    ]);
    const chosen = administrations(options.tenants);
    await connectTenants(pool, unit4, chosen);
    const databaseUrl = new URL(stack.databaseUrl);
    const reached = { ...unit4 };
    let { kafkaBrokers } = stack;
    if (options.withBlackHoles || company !== null) {
      const kafkaWay = company?.kafkaWay ?? ports.kafkaWay;
      const [toDatabase, toUnit4, toKafka] = [
        await createBlackHole(company?.poolerPort ?? Number(databaseUrl.port)),
        await createBlackHole(sandboxPort),
        await createBlackHole(kafkaWay.port, kafkaWay.advertisedPort),
      ];
      ways.push(toDatabase, toUnit4, toKafka);
      kafkaBrokers = `127.0.0.1:${toKafka.port}`;
      databaseUrl.port = String(toDatabase.port);
      reached.baseUrl = unit4.baseUrl.replace(`:${sandboxPort}/`, `:${toUnit4.port}/`);
    }
    const addresses = { ...stack, kafkaBrokers, databaseUrl: databaseUrl.href };
    const services = servicePrograms(settings, addresses, reached);
    return {
      dataDir,
      stack,
      kafka,
      primary: company?.primary ?? (() => postgres),
      failOver: company?.failOver ?? null,
      sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
      tenants: chosen.map(goodsOf),
      ways,
      pool,
      startService: async (service, name, environment = {}) =>
        start(
          serviceProgram(findProgram(services, service), {
            name,
            port: await freePort(),
            environment: { ...company?.login(service), ...options.environment, ...environment },
          }),
        ),
      stop,
    };
  } catch (error) {
    await stop(true);
    throw error;
  }
}

/** What has started ends before whoever waits hears of the failure. */
const endBefore =
  (end: () => Promise<void>) =>
  async (error: unknown): Promise<never> => {
    await end();
    throw error;
  };

async function stackPorts() {
  const [postgres, kafka] = [await freePort(), await freePort()];
  const kafkaWay = { port: await freePort(), advertisedPort: await freePort() };
  return { postgres, kafka, kafkaController: await freePort(), registry: await freePort(), kafkaWay };
}

function sandboxProgram(program: LocalProgram, options: OwnStackOptions): LocalProgram {
  return {
    ...program,
    entry: "test/soak/sandbox-process.ts",
    env: {
      ...program.env,
      SANDBOX_TENANTS: String(options.tenants),
      SANDBOX_TOKEN_SECONDS: String(options.tokenSeconds),
      SANDBOX_LATENCY_MS: String(options.latencyMs),
    },
  };
}

function findProgram(programs: readonly LocalProgram[], service: string): LocalProgram {
  const program = programs.find(({ name }) => name === service);
  if (program === undefined) throw new Error(`there is not a service ${service}`);
  return program;
}

function serviceProgram(
  program: LocalProgram,
  own: {
    readonly name: string;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
  },
): LocalProgram {
  const options = [program.env["NODE_OPTIONS"], own.environment["NODE_OPTIONS"]].filter(Boolean).join(" ");
  const env = {
    ...program.env,
    ...own.environment,
    NODE_OPTIONS: options,
    HEALTH_PORT: String(own.port),
  };
  return { ...program, name: own.name, port: own.port, env };
}
