import { fileURLToPath } from "node:url";
import { z } from "zod";
import { commonSettings, unit4Settings } from "../../../services/shared/config.ts";
import { LocalStackError } from "../processes/local-stack-error.ts";

const localPort = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);

/** One health port per service above the base: more services than this need another layout. */
const HEALTH_PORTS = 20;

const schema = z.object({
  /** Data, logs and process notes of the local stack. */
  LOCAL_DATA_DIR: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL("../../../.local", import.meta.url))),
  LOCAL_POSTGRES_PORT: localPort(15_432),
  LOCAL_KAFKA_PORT: localPort(19_092),
  LOCAL_KAFKA_CONTROLLER_PORT: localPort(19_093),
  LOCAL_REGISTRY_PORT: localPort(18_081),
  LOCAL_MULTIVERS_PORT: localPort(8_090),
  LOCAL_SIMON_PORT: localPort(8_091),
  LOCAL_CONSOLE_PORT: localPort(8_092),
  LOCAL_IDENTITY_PORT: localPort(8_093),
  /** Of Prometheus, which is started where it is installed. */
  LOCAL_PROMETHEUS_PORT: localPort(9_090),
  /** The services serve health and metrics on the ports after this one. */
  LOCAL_HEALTH_PORT_BASE: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535 - HEALTH_PORTS)
    .default(9_100),
  /** A part that runs elsewhere; when set, the local one is not started. */
  KAFKA_BROKERS: commonSettings.KAFKA_BROKERS.optional(),
  SCHEMA_REGISTRY_URL: commonSettings.SCHEMA_REGISTRY_URL.optional(),
  /** As a superuser, or a role that may create roles. */
  DATABASE_URL: commonSettings.DATABASE_URL.optional(),
  UNIT4_BASE_URL: unit4Settings.UNIT4_BASE_URL.optional(),
  /** Needed only with UNIT4_BASE_URL; the sandbox Multivers has its own. */
  UNIT4_CLIENT_ID: unit4Settings.UNIT4_CLIENT_ID.optional(),
  UNIT4_CLIENT_SECRET: unit4Settings.UNIT4_CLIENT_SECRET.optional(),
  /** A provider of OpenID Connect for the console; with it the sandbox's is not started, and all three are needed. */
  CONSOLE_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  CONSOLE_OIDC_CLIENT_ID: z.string().min(1).optional(),
  CONSOLE_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Made and kept in the data folder when not set. */
  TOKEN_KEYS: unit4Settings.TOKEN_KEYS.optional(),
  KAFKA_TOPIC_PREFIX: commonSettings.KAFKA_TOPIC_PREFIX,
});

/** What `npm start` reads from its environment. */
export type LocalSettings = z.infer<typeof schema>;

/** Reads the settings; throws SETTINGS_INVALID that names every fault at once, without values: they may be secrets. */
export function readLocalSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    ...missingCredentials(given),
    ...(parsed.success ? clashingPorts(parsed.data) : []),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  const list = faults.map((fault) => `  ${fault}`).join("\n");
  throw new LocalStackError(
    "SETTINGS_INVALID",
    `The environment has faults; mend them and start again:\n${list}`,
  );
}

const CREDENTIALS = {
  UNIT4_BASE_URL: ["UNIT4_CLIENT_ID", "UNIT4_CLIENT_SECRET"],
  CONSOLE_OIDC_ISSUER: ["CONSOLE_OIDC_CLIENT_ID", "CONSOLE_OIDC_CLIENT_SECRET"],
};

function missingCredentials(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(CREDENTIALS).flatMap(([address, needed]) =>
    given[address] === undefined
      ? []
      : needed
          .filter((name) => given[name] === undefined)
          .map((name) => `${name}: is not set, and ${address} needs it`),
  );
}

function clashingPorts(settings: LocalSettings): readonly string[] {
  const ports = Object.entries(settings).filter(
    ([name]) => name.startsWith("LOCAL_") && name.endsWith("_PORT"),
  );
  const firstHealthPort = settings.LOCAL_HEALTH_PORT_BASE + 1;
  return ports.flatMap(([name, port], index) => {
    const twin = ports.slice(0, index).find(([, other]) => other === port);
    if (twin !== undefined) return [`${name}: is the same port as ${twin[0]}`];
    const inHealthRange = Number(port) >= firstHealthPort && Number(port) < firstHealthPort + HEALTH_PORTS;
    return inHealthRange ? [`${name}: is among the ports after LOCAL_HEALTH_PORT_BASE`] : [];
  });
}
