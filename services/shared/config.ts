import { z } from "zod";
import { crashAtSetting } from "./crash-points.ts";
import { Failure, isFailure } from "./domain/failure.ts";
import { kafkaAccessFaults, kafkaAccessSettings } from "./kafka/access/settings.ts";
import { databaseUrlOf, passwordSetting, postgresAccessSettings } from "./postgres-access.ts";
import { registryAccessFaults, registryAccessSettings } from "./registry-access.ts";
import { secretFrom } from "./watched-file.ts";

const port = z.coerce.number().int().min(0).max(65535);
/** @param fault what else is wrong with a text, in words; null when nothing is */
const url = (protocols: readonly string[], fault: (text: string) => string | null = () => null) =>
  z
    .string()
    .refine(
      (text) => fault(text) === null && URL.canParse(text) && protocols.includes(new URL(text).protocol),
      {
        error: ({ input }) =>
          fault(String(input)) ??
          `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}`,
      },
    );
/** Whether it lists hosts, as libpq takes them; a comma in a password stands before the last @. */
const namesSeveralHosts = (text: string): boolean =>
  (/^[a-z]+:\/\/([^/?]*)/.exec(text)?.[1]?.split("@").at(-1) ?? "").includes(",");

/** Names and values of settings, as a process is given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of whatever talks to Kafka. */
export const kafkaSettings = {
  /** Kafka brokers, host:port, comma-separated. */
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, "must be host:port, several separated by commas"),
  /** Put before each topic name and consumer group, where several installations share one cluster. */
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-z0-9.-]*$/, "may hold lower-case letters, digits, dots and dashes only")
    .default(""),
  ...kafkaAccessSettings,
} as const;

/** Settings of whatever asks for schemas. */
export const registrySettings = {
  /** Confluent-compatible registry, for Apicurio with /apis/ccompat/v7 at the end. */
  SCHEMA_REGISTRY_URL: url(["http:", "https:"]).refine(
    (text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""),
    "must hold no name and password; they are SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD",
  ),
  ...registryAccessSettings,
} as const;

/** Settings that every service reads from its environment. */
export const commonSettings = {
  ...kafkaSettings,
  ...registrySettings,
  /**
   * PostgreSQL, as the role of this service, by one address that leads to the primary;
   * `?sslmode=verify-full&sslrootcert=…` for TLS, as libpq has it.
   */
  DATABASE_URL: url(["postgresql:", "postgres:"], (text) =>
    namesSeveralHosts(text) ? "must name one host, an address that leads to the primary" : null,
  ),
  ...postgresAccessSettings,
  /** Connections to PostgreSQL at most. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  /** Where /health/live, /health/ready and /metrics are served; 0 takes any free port. */
  HEALTH_PORT: port.default(9100),
  /** Address on which they are served. */
  HEALTH_HOST: z.string().min(1).default("127.0.0.1"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /**
   * A killed member of a consumer group holds its partitions for so long: its successor starts that much later. Every
   * chunk and every second of waiting sends a heartbeat, and who is thrown out wrongly is fenced: a short time is safe.
   */
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(300_000).default(10_000),
  /**
   * Within how long every producer of our topics, Simon's own included, uses the partitions that a topic got: twice the
   * largest `metadata.max.age.ms` among them.
   */
  KAFKA_PRODUCERS_NOTICE_MS: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000),
  /** Takes plain http to other machines as well, as in a network of its own that nobody listens in. */
  ALLOW_PLAIN_HTTP: z.enum(["true", "false"]).default("false"),
  CRASH_AT: crashAtSetting,
} as const;

/** Settings whose addresses tokens, orders or schemas go to. */
const OVER_THE_NETWORK = ["SCHEMA_REGISTRY_URL", "UNIT4_BASE_URL", "KAFKA_OAUTH_TOKEN_URL"] as const;

/** Whether an address leads to this machine itself: what goes there passes no network. */
export const isLoopback = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

/** Settings of a service that talks to Unit4. */
export const unit4Settings = {
  /** Base URL with the version, for instance https://api.multivers.nl/V22. */
  UNIT4_BASE_URL: url(["http:", "https:"]),
  UNIT4_CLIENT_ID: z.string().min(1),
  UNIT4_CLIENT_SECRET: z.string().min(1),
  /** Keys that encrypt stored tokens, `id:base64 of 32 bytes`, comma-separated; the first one encrypts. */
  TOKEN_KEYS: z
    .string()
    .regex(
      /^[\w-]+:[A-Za-z0-9+/]{43}=(,[\w-]+:[A-Za-z0-9+/]{43}=)*$/,
      "must be id:base64 of 32 bytes, several separated by commas",
    ),
} as const;

/**
 * The environment parsed by `schema`. Empty variables count as not set. Each setting NAME may come from a file instead,
 * whose path NAME_FILE gives, as secrets are handed to containers.
 * @throws Failure CONFIG_INVALID that names every fault at once, without the values: they may be secrets
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment = process.env,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const files = readFiles(Object.keys(schema.shape), given);
  const set = { ...given, ...files.values };
  const result = schema.safeParse(set);
  const known = Object.fromEntries(Object.entries(set).filter(([name]) => name in schema.shape));
  const others = [...files.faults, ...kafkaAccessFaults(known), ...registryAccessFaults(known)];
  const more = [...others.map((fault) => `  ${fault}`), ...plainHttpFaults(set)];
  if (result.success && more.length === 0) return result.data;
  const faults = (result.error?.issues ?? []).map((issue) => {
    const name = issue.path.join(".");
    const isMissing = set[name] === undefined && issue.code !== "custom";
    return isMissing ? `  ${name} is not set` : `  ${name}: ${issue.message}`;
  });
  throw new Failure(
    "CONFIG_INVALID",
    `The environment has faults; mend them and start again:\n${[...faults, ...more].join("\n")}`,
  );
}

/**
 * The environment as one of several services in a process has it: in PostgreSQL it is its own role, whose password stands in
 * `<ROLE>_PASSWORD` or in the file that `<ROLE>_PASSWORD_FILE` names, as `npm run deploy` sets it.
 */
export function environmentAs(service: string, environment: Environment = process.env): Environment {
  const { DATABASE_URL = "" } = environment;
  if (!URL.canParse(DATABASE_URL)) return environment;
  const passwordFile = environment[`${passwordSetting(service)}_FILE`];
  return {
    ...environment,
    DATABASE_URL: databaseUrlOf(service, DATABASE_URL, environment),
    ...(passwordFile === undefined ? {} : { DATABASE_PASSWORD_FILE: passwordFile }),
  };
}

/** What stands in the files that NAME_FILE names, for settings that read no file by themselves. */
function readFiles(names: readonly string[], given: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, string> = {};
  const faults: string[] = [];
  for (const name of names) {
    const setting = `${name}_FILE`;
    const path = given[setting];
    if (path === undefined || names.includes(setting)) continue;
    if (given[name] !== undefined) faults.push(`${name} and ${setting} are both set; set one`);
    try {
      values[name] = secretFrom(setting, path)();
    } catch (error) {
      if (!isFailure(error, "CONFIG_INVALID")) throw error;
      faults.push(error.message);
    }
  }
  return { values, faults };
}

function plainHttpFaults(set: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (set["ALLOW_PLAIN_HTTP"] === "true") return [];
  return OVER_THE_NETWORK.filter((name) => {
    const address = set[name] ?? "";
    return /^http:/i.test(address) && URL.canParse(address) && !isLoopback(address);
  }).map(
    (name) =>
      `  ${name}: must begin with https://, except on this machine itself; ALLOW_PLAIN_HTTP=true takes it all the same`,
  );
}
