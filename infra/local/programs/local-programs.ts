import { join } from "node:path";
import { databaseUrlOf } from "../../../services/shared/postgres-access.ts";
import type { PortNeed } from "../processes/ports.ts";
import type { LocalSettings } from "../stack/local-settings.ts";

/** A program of this project that runs beside the stack: its entry file, its web port, what it reads from its environment. */
export type LocalProgram = {
  readonly name: string;
  /** Relative to the project. */
  readonly entry: string;
  readonly port: number;
  /** Answers 200 when the program serves. */
  readonly readyPath: string;
  readonly env: Readonly<Record<string, string>>;
};

/** The addresses that programs are given, as in `Stack`. */
export type StackAddresses = {
  readonly kafkaBrokers: string;
  readonly registryUrl: string;
  readonly databaseUrl: string;
  readonly rolePasswords: Readonly<Record<string, string>>;
};

/** How to reach Unit4, and the keys that encrypt its tokens. */
export type Unit4Access = {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenKeys: string;
};

const SANDBOX_CLIENT = { clientId: "simon-sandbox", clientSecret: "simon-sandbox-secret" } as const;
/** The sandbox may be asked far more often than a real administration: a change is seen within seconds. */
const SANDBOX_POLLING = {
  UNIT4_POLLER_INTERVAL_MS: "5000",
  UNIT4_POLLER_BUSY_PART: "1",
  UNIT4_POLLER_ADDRESS_BUDGET: "25",
};

const SERVICES = [
  { name: "unit4-poller", callsUnit4: true },
  { name: "simon-projector", callsUnit4: false },
  { name: "workorder-archived", callsUnit4: false },
  { name: "order-writer", callsUnit4: true },
  { name: "log-sink", callsUnit4: false },
  { name: "console", callsUnit4: true },
] as const;

const SANDBOX_IDENTITY_CLIENT = { clientId: "console", clientSecret: "console-sandbox-secret" } as const;

/**
 * Keeps a service below 256 MB while it moves large lists: its work makes much short-lived garbage, for which Node by
 * default lets the heap grow to what the machine has (infra/decisions/0006-services-run-in-a-small-heap.md).
 */
const MEMORY = {
  NODE_OPTIONS: "--max-semi-space-size=4 --max-old-space-size=512",
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
};

/** Whether Unit4 is played by the sandbox Multivers. */
export function usesSandboxMultivers(settings: LocalSettings): boolean {
  return settings.UNIT4_BASE_URL === undefined;
}

/** Unit4 as the settings name it, or the sandbox. */
export function unit4Access(settings: LocalSettings, tokenKeys: string): Unit4Access {
  return {
    baseUrl: settings.UNIT4_BASE_URL ?? `http://127.0.0.1:${settings.LOCAL_MULTIVERS_PORT}/V22`,
    clientId: settings.UNIT4_CLIENT_ID ?? SANDBOX_CLIENT.clientId,
    clientSecret: settings.UNIT4_CLIENT_SECRET ?? SANDBOX_CLIENT.clientSecret,
    tokenKeys,
  };
}

/** The stand-in for Unit4; needs nothing of the stack. */
export function multiversProgram(settings: LocalSettings): LocalProgram {
  return {
    name: "sandbox-multivers",
    entry: "infra/sandbox/multivers/main.ts",
    port: settings.LOCAL_MULTIVERS_PORT,
    readyPath: "/",
    env: {
      MULTIVERS_PORT: String(settings.LOCAL_MULTIVERS_PORT),
      MULTIVERS_DATA_DIR: join(settings.LOCAL_DATA_DIR, "multivers"),
      UNIT4_CLIENT_ID: SANDBOX_CLIENT.clientId,
      UNIT4_CLIENT_SECRET: SANDBOX_CLIENT.clientSecret,
    },
  };
}

/** The stand-in for Simon and the people who work with it. */
export function simonProgram(settings: LocalSettings, stack: StackAddresses): LocalProgram {
  return {
    name: "sandbox-simon",
    entry: "infra/sandbox/simon/main.ts",
    port: settings.LOCAL_SIMON_PORT,
    readyPath: "/",
    env: {
      ...stackEnvironment(stack, "sandbox-simon"),
      SIMON_PORT: String(settings.LOCAL_SIMON_PORT),
      SIMON_AUTO_ARCHIVE: "true",
    },
  };
}

/** Whether people sign in at the sandbox's own provider. */
export function usesSandboxIdentity(settings: LocalSettings): boolean {
  return settings.CONSOLE_OIDC_ISSUER === undefined;
}

/** The stand-in for Simon's sign-in service; needs nothing of the stack. */
export function identityProgram(settings: LocalSettings): LocalProgram {
  return {
    name: "sandbox-identity",
    entry: "infra/sandbox/identity/main.ts",
    port: settings.LOCAL_IDENTITY_PORT,
    readyPath: "/",
    env: {
      IDENTITY_PORT: String(settings.LOCAL_IDENTITY_PORT),
      CONSOLE_PUBLIC_URL: consoleUrl(settings),
      CONSOLE_OIDC_CLIENT_ID: SANDBOX_IDENTITY_CLIENT.clientId,
      CONSOLE_OIDC_CLIENT_SECRET: SANDBOX_IDENTITY_CLIENT.clientSecret,
    },
  };
}

/** Where people find the console. */
export function consoleUrl(settings: LocalSettings): string {
  return `http://127.0.0.1:${settings.LOCAL_CONSOLE_PORT}`;
}

/** All services; each serves health and metrics on a port of its own. */
export function servicePrograms(
  settings: LocalSettings,
  stack: StackAddresses,
  unit4: Unit4Access,
): readonly LocalProgram[] {
  return SERVICES.map(({ name, callsUnit4 }, index) => {
    const port = healthPort(settings, index);
    return {
      name,
      entry: `services/${name}/main.ts`,
      port,
      readyPath: "/health/ready",
      env: {
        ...stackEnvironment(stack, name),
        ...(callsUnit4 ? unit4Environment(settings, unit4) : {}),
        ...(name === "console" ? consoleEnvironment(settings) : {}),
        HEALTH_PORT: String(port),
        ...MEMORY,
      },
    };
  });
}

/** The ports of all programs that will run, with the setting that moves each. */
export function programPorts(settings: LocalSettings): readonly PortNeed[] {
  const need = (port: number, usedBy: string, setting: string): PortNeed => ({ port, usedBy, setting });
  return [
    ...(usesSandboxMultivers(settings)
      ? [need(settings.LOCAL_MULTIVERS_PORT, "sandbox-multivers", "LOCAL_MULTIVERS_PORT")]
      : []),
    need(settings.LOCAL_SIMON_PORT, "sandbox-simon", "LOCAL_SIMON_PORT"),
    need(settings.LOCAL_CONSOLE_PORT, "console", "LOCAL_CONSOLE_PORT"),
    ...(usesSandboxIdentity(settings)
      ? [need(settings.LOCAL_IDENTITY_PORT, "sandbox-identity", "LOCAL_IDENTITY_PORT")]
      : []),
    ...SERVICES.map(({ name }, index) => need(healthPort(settings, index), name, "LOCAL_HEALTH_PORT_BASE")),
  ];
}

function healthPort(settings: LocalSettings, index: number): number {
  return settings.LOCAL_HEALTH_PORT_BASE + 1 + index;
}

function stackEnvironment(stack: StackAddresses, program: string): Readonly<Record<string, string>> {
  return {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.registryUrl,
    DATABASE_URL: databaseUrlOf(program, stack.databaseUrl, { ...stack.rolePasswords, ...process.env }),
  };
}

function unit4Environment(settings: LocalSettings, unit4: Unit4Access): Readonly<Record<string, string>> {
  return {
    UNIT4_BASE_URL: unit4.baseUrl,
    UNIT4_CLIENT_ID: unit4.clientId,
    UNIT4_CLIENT_SECRET: unit4.clientSecret,
    TOKEN_KEYS: unit4.tokenKeys,
    ...(usesSandboxMultivers(settings) ? SANDBOX_POLLING : {}),
  };
}

/** Settings of the console that its own environment does not give; claims as the sandbox's provider has them. */
function consoleEnvironment(settings: LocalSettings): Readonly<Record<string, string>> {
  const url = consoleUrl(settings);
  const own = { CONSOLE_PORT: String(settings.LOCAL_CONSOLE_PORT), CONSOLE_PUBLIC_URL: url };
  if (!usesSandboxIdentity(settings)) return own;
  return {
    ...own,
    CONSOLE_OIDC_ISSUER: `http://127.0.0.1:${settings.LOCAL_IDENTITY_PORT}`,
    CONSOLE_OIDC_CLIENT_ID: SANDBOX_IDENTITY_CLIENT.clientId,
    CONSOLE_OIDC_CLIENT_SECRET: SANDBOX_IDENTITY_CLIENT.clientSecret,
    CONSOLE_OIDC_SCOPE: "openid profile email tenant",
    CONSOLE_OIDC_TENANT_CLAIM: "tenant_id",
    CONSOLE_OIDC_TENANT_NAME_CLAIM: "tenant_name",
    CONSOLE_OIDC_ROLE_CLAIM: "role",
  };
}
