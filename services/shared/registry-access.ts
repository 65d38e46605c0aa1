import { X509Certificate } from "node:crypto";
import { Agent } from "node:https";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Agent as Dispatcher, fetch } from "undici";
import { z } from "zod";
import { describeError, Failure } from "./domain/failure.ts";
import { tellsOfUntrusted } from "./domain/untrusted.ts";
import { secretFrom } from "./watched-file.ts";

/** How to get into a registry: nothing, name and password (RFC 7617), or a bearer token (RFC 6750). */
export const registryAccessSettings = {
  SCHEMA_REGISTRY_USERNAME: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD: z.string().optional(),
  SCHEMA_REGISTRY_PASSWORD_FILE: z.string().optional(),
  SCHEMA_REGISTRY_TOKEN: z.string().optional(),
  SCHEMA_REGISTRY_TOKEN_FILE: z.string().optional(),
  /** PEM of the authorities that sign its certificate; without it those that Node knows. */
  SCHEMA_REGISTRY_CA_FILE: z.string().optional(),
} as const;

export type RegistryConfig = z.infer<z.ZodObject<typeof registryAccessSettings>> & {
  /** Confluent-compatible API. */
  readonly SCHEMA_REGISTRY_URL: string;
};

type Set = Readonly<Record<string, string | undefined>>;

/** What the settings lack, or have too much, as lines that name the setting. */
export function registryAccessFaults(set: Set): readonly string[] {
  const [name, password, token] = ["USERNAME", "PASSWORD", "TOKEN"].map((part) =>
    ["", "_FILE"].map((end) => `SCHEMA_REGISTRY_${part}${end}`).filter((one) => set[one] !== undefined),
  ) as [string[], string[], string[]];
  const ca = "SCHEMA_REGISTRY_CA_FILE";
  return [
    ...(name.length > 0 && password.length === 0
      ? [
          "SCHEMA_REGISTRY_PASSWORD or SCHEMA_REGISTRY_PASSWORD_FILE is not set, and SCHEMA_REGISTRY_USERNAME needs it",
        ]
      : []),
    ...(name.length === 0 && password.length > 0
      ? [`SCHEMA_REGISTRY_USERNAME is not set, and ${password[0]} needs it`]
      : []),
    ...[password, token, [...name, ...token]]
      .filter((both) => both.length > 1)
      .map((both) => `${both.join(" and ")} are both set; set one`),
    ...(set[ca] !== undefined && /^http:/i.test(set["SCHEMA_REGISTRY_URL"] ?? "")
      ? [`${ca} has no effect, since SCHEMA_REGISTRY_URL is not https`]
      : []),
  ];
}

/** A registry that says nothing for so long is away (case O57); its client would wait for ever. */
const SILENT_AFTER_MS = 10_000;

/**
 * The registry's client, with our access. Passwords in files are looked at for each request.
 * @throws Failure CONFIG_INVALID when a file cannot be read
 */
export function createRegistryClient(config: RegistryConfig, retries: number): SchemaRegistry {
  const authorization = authorizationOf(config);
  const ca = caOf(config);
  return new SchemaRegistry({
    host: config.SCHEMA_REGISTRY_URL,
    retry: { retries },
    ...(ca === null ? {} : { agent: agentWith(ca) }),
    middlewares: [
      () => ({
        prepareRequest: async (next) => {
          const header = authorization();
          return (await next()).enhance({
            timeout: SILENT_AFTER_MS,
            ...(header === null ? {} : { headers: { authorization: header } }),
          });
        },
      }),
    ],
  });
}

/** Calls of the registry's API that its client lacks. @returns fetch with our access, for paths of the API */
export function createRegistryFetch(config: RegistryConfig) {
  const authorization = authorizationOf(config);
  const ca = caOf(config);
  const dispatcher = new Dispatcher(ca === null ? {} : { connect: { ca: ca() } });
  return (path: string, request: { readonly method: string; readonly body: string | null }) => {
    const header = authorization();
    return fetch(config.SCHEMA_REGISTRY_URL + path, {
      ...request,
      headers: {
        "content-type": "application/vnd.schemaregistry.v1+json",
        ...(header === null ? {} : { authorization: header }),
      },
      dispatcher,
      signal: AbortSignal.timeout(SILENT_AFTER_MS),
    });
  };
}

/**
 * What it is when the registry does not know us, or we do not know it; null for every other error.
 * @param status of its answer, if it gave one
 */
export function registryRefusal(status: number | undefined, error: unknown): Failure | null {
  const told = describeError(error);
  if (status === 401 || status === 403)
    return new Failure(
      "REGISTRY_ACCESS_REFUSED",
      `The schema registry refuses us (${status}); check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD, or SCHEMA_REGISTRY_TOKEN.`,
      error,
    );
  // An answer of its own may speak of certificates too. Its client says 400 of whatever gave no answer.
  if ((status === undefined || status === 400) && tellsOfUntrusted(told))
    return new Failure(
      "REGISTRY_ACCESS_REFUSED",
      `The schema registry's certificate is not trusted (${told}); check SCHEMA_REGISTRY_CA_FILE.`,
      error,
    );
  return null;
}

function authorizationOf(config: RegistryConfig): () => string | null {
  const password = secretOf(config, "SCHEMA_REGISTRY_PASSWORD");
  const token = secretOf(config, "SCHEMA_REGISTRY_TOKEN");
  const name = config.SCHEMA_REGISTRY_USERNAME;
  if (token !== null) return () => `Bearer ${token()}`;
  if (name === undefined || password === null) return () => null;
  return () => `Basic ${Buffer.from(`${name}:${password()}`).toString("base64")}`;
}

function secretOf(
  config: RegistryConfig,
  setting: "SCHEMA_REGISTRY_PASSWORD" | "SCHEMA_REGISTRY_TOKEN",
): (() => string) | null {
  const [value, path] = [config[setting], config[`${setting}_FILE`]];
  if (path !== undefined) return secretFrom(`${setting}_FILE`, path);
  return value === undefined ? null : () => value;
}

/** @throws Failure CONFIG_INVALID when the file holds no certificate */
function caOf({ SCHEMA_REGISTRY_CA_FILE: path }: RegistryConfig): (() => string) | null {
  if (path === undefined) return null;
  const read = secretFrom("SCHEMA_REGISTRY_CA_FILE", path);
  try {
    new X509Certificate(read());
  } catch (error) {
    throw new Failure(
      "CONFIG_INVALID",
      `SCHEMA_REGISTRY_CA_FILE cannot be used: ${(error as Error).message}.`,
      error,
    );
  }
  return read;
}

/** Connections that know the authorities as they are when they are made. */
function agentWith(ca: () => string): Agent {
  const agent = new Agent();
  const { createConnection } = agent;
  agent.createConnection = (options, onCreated) =>
    createConnection.call(agent, { ...options, ca: ca() }, onCreated);
  return agent;
}
