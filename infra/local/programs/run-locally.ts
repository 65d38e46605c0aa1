import { createProcessGroup, type ProcessGroup } from "../processes/process-group.ts";
import type { LocalSettings } from "../stack/local-settings.ts";
import { hasPrometheus } from "../stack/prometheus-process.ts";
import {
  bootStack,
  type PreparedStack,
  prepareStack,
  type Stack,
  type StackOptions,
} from "../stack/stack.ts";
import {
  consoleUrl,
  identityProgram,
  type LocalProgram,
  multiversProgram,
  programPorts,
  type StackAddresses,
  servicePrograms,
  simonProgram,
  type Unit4Access,
  unit4Access,
  usesSandboxIdentity,
  usesSandboxMultivers,
} from "./local-programs.ts";
import { startLocalPrometheus } from "./local-prometheus.ts";
import { programProcess } from "./program-process.ts";
import { localTokenKeys } from "./token-keys.ts";

/** After this, whatever still runs is killed: everything has ended within 10 s of the request. */
const STOP_EVERYTHING_WITHIN_MS = 8_000;

/** What is done once the stack serves and before people can use it. */
type SetupSteps = {
  /** Topics, schemas, migrations and roles. */
  readonly deploy: (stack: StackAddresses) => Promise<void>;
  /** Tenants that are connected to the sandbox Multivers; not called when Unit4 is a real one. */
  readonly activateDemoTenants: (world: StackAddresses & Unit4Access) => Promise<void>;
};

export type LocalRun = {
  readonly settings: LocalSettings;
  readonly steps: SetupSteps;
  readonly report: (line: string) => void;
  /** Called once everything serves. */
  readonly onReady: (running: RunningLocally) => void;
  /** Aborted: end everything in order, then return. */
  readonly stopSignal: AbortSignal;
  /** Aborted: end everything at once, then return. */
  readonly killSignal: AbortSignal;
};

export type RunningLocally = {
  readonly stack: Stack;
  readonly programs: readonly LocalProgram[];
  /** Where people find the console. */
  readonly consoleUrl: string;
  /** Where Prometheus is, with the rules and alerts; null where it is not installed. */
  readonly prometheusUrl: string | null;
  /** Whether people sign in there with the sandbox's demo accounts. */
  readonly hasDemoAccounts: boolean;
};

/**
 * Runs the whole pipeline on this machine until `stopSignal` is aborted, and returns when every process has ended.
 * Throws what preparing and booting the stack and the steps throw; everything that was started has ended then, too.
 */
export async function runLocally(run: LocalRun): Promise<void> {
  const { report, stopSignal, killSignal } = run;
  const withPrometheus = await hasPrometheus();
  const prepared = await prepareStack(stackOptions(run, withPrometheus));
  const programs = createProcessGroup(report);
  let lastResort: NodeJS.Timeout | undefined;

  function killEverything(): void {
    void programs.kill();
    void prepared.kill();
  }
  function beginToStop(): void {
    lastResort = setTimeout(killEverything, STOP_EVERYTHING_WITHIN_MS);
    // Frees what waits for a program that is still starting.
    void programs.stop();
  }
  stopSignal.addEventListener("abort", beginToStop, { once: true });
  killSignal.addEventListener("abort", killEverything, { once: true });

  try {
    run.onReady(await startEverything(run, prepared, programs, withPrometheus));
    await aborted(stopSignal);
  } finally {
    // The programs first: they finish their work with the stack still there.
    await programs.stop();
    await prepared.stop();
    clearTimeout(lastResort);
  }
}

async function startEverything(
  { settings, steps, report }: LocalRun,
  prepared: PreparedStack,
  programs: ProcessGroup,
  withPrometheus: boolean,
): Promise<RunningLocally> {
  const { dataDir } = prepared;
  const unit4 = unit4Access(settings, settings.TOKEN_KEYS ?? (await localTokenKeys(dataDir)));
  const withMultivers = usesSandboxMultivers(settings);

  async function start(program: LocalProgram): Promise<LocalProgram> {
    await programs.start(async () => programProcess(program, dataDir));
    return program;
  }
  async function startStackAndDeploy(): Promise<Stack> {
    const stack = await bootStack(prepared);
    await steps.deploy(stack);
    report("topics, schemas and database are in place");
    return stack;
  }

  const [stack, ...multivers] = await Promise.all([
    startStackAndDeploy(),
    ...(withMultivers ? [start(multiversProgram(settings))] : []),
  ]);
  const services = servicePrograms(settings, stack, unit4);
  const [, ...others] = await Promise.all([
    withMultivers ? steps.activateDemoTenants({ ...addressesOf(stack), ...unit4 }) : undefined,
    start(simonProgram(settings, stack)),
    ...(usesSandboxIdentity(settings) ? [start(identityProgram(settings))] : []),
    ...services.map(start),
  ]);
  return {
    stack,
    programs: [...multivers, ...others],
    consoleUrl: consoleUrl(settings),
    prometheusUrl: withPrometheus
      ? await startLocalPrometheus({ programs, prepared, services, port: settings.LOCAL_PROMETHEUS_PORT })
      : null,
    hasDemoAccounts: usesSandboxIdentity(settings),
  };
}

function addressesOf({ kafkaBrokers, registryUrl, databaseUrl, rolePasswords }: Stack): StackAddresses {
  return { kafkaBrokers, registryUrl, databaseUrl, rolePasswords };
}

function stackOptions({ settings, report, stopSignal }: LocalRun, withPrometheus: boolean): StackOptions {
  return {
    dataDir: settings.LOCAL_DATA_DIR,
    ports: {
      postgres: settings.LOCAL_POSTGRES_PORT,
      kafka: settings.LOCAL_KAFKA_PORT,
      kafkaController: settings.LOCAL_KAFKA_CONTROLLER_PORT,
      registry: settings.LOCAL_REGISTRY_PORT,
    },
    durable: true,
    existing: {
      kafkaBrokers: settings.KAFKA_BROKERS,
      registryUrl: settings.SCHEMA_REGISTRY_URL,
      databaseUrl: settings.DATABASE_URL,
    },
    report,
    callersPorts: [
      ...programPorts(settings),
      ...(withPrometheus
        ? [{ port: settings.LOCAL_PROMETHEUS_PORT, usedBy: "Prometheus", setting: "LOCAL_PROMETHEUS_PORT" }]
        : []),
    ],
    signal: stopSignal,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
