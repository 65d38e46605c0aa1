import { type SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import avsc from "avsc";
import { subjectOf, TOPICS, type Topic } from "../../schemas/topics.ts";
import { schemaText } from "../../services/shared/avro.ts";
import { describeError, Failure } from "../../services/shared/domain/failure.ts";
import {
  createRegistryClient,
  createRegistryFetch,
  type RegistryConfig,
  registryRefusal,
} from "../../services/shared/registry-access.ts";

const COMPATIBILITY = "BACKWARD_TRANSITIVE";

/**
 * Registers each topic's schema from its committed file, byte for byte, sets the compatibility of its subject and reads
 * it back: a subject without a rule would take any schema.
 * @throws Failure DEPLOY_FAILED for a schema that readers of older records could not read, naming the subject
 */
export async function registerSchemas(options: {
  readonly config: RegistryConfig & { readonly KAFKA_TOPIC_PREFIX: string };
  readonly report: (line: string) => void;
}): Promise<void> {
  const { config } = options;
  const registry = createRegistryClient(config, 2);
  const call = callsOf(config);
  const topics: readonly Topic[] = Object.values(TOPICS);
  for (const { name, schema } of topics) {
    if (schema === null) continue;
    const subject = subjectOf(config.KAFKA_TOPIC_PREFIX + name);
    const text = schemaText(schema);
    const latest = await latestVersion(call, subject);
    if (latest !== null) refuseUnreadableByOlderReaders(subject, latest.schema, text);
    const id = await register(registry, call, subject, text);
    if (id !== latest?.id) options.report(`schema ${subject} registered with id ${id}`);
  }
}

/**
 * Producers and readers are never upgraded in the same second: what the new schema writes must be readable by those
 * that run with the latest one. The registry's rule looks the other way only.
 * @throws Failure DEPLOY_FAILED, such as for a new enum symbol where the older enum has no default
 */
export function refuseUnreadableByOlderReaders(subject: string, older: string, newer: string): void {
  const typeOf = (text: string) => avsc.Type.forSchema(JSON.parse(text), { wrapUnions: "never" });
  try {
    typeOf(older).createResolver(typeOf(newer));
  } catch (error) {
    throw new Failure(
      "DEPLOY_FAILED",
      `Readers that run with the latest schema of ${subject} could not read the new one (${describeError(error)}). ` +
        "Give enums a default, first in a deployment of its own; remove or rename nothing.",
      error,
    );
  }
}

async function latestVersion(
  call: Call,
  subject: string,
): Promise<{ readonly id: number; readonly schema: string } | null> {
  try {
    return await call("GET", `/subjects/${subject}/versions/latest`);
  } catch (error) {
    if (isUnknownSubject(error)) return null;
    throw error;
  }
}

async function register(
  registry: SchemaRegistry,
  call: Call,
  subject: string,
  text: string,
): Promise<number> {
  // A subject that already has versions gets its rule before the new version, so that the rule judges it.
  await setCompatibility(call, subject).catch((error: unknown) => {
    if (!isUnknownSubject(error)) throw error;
  });
  const id = await registerVersion(call, subject, text);
  await setCompatibility(call, subject);
  await readCompatibilityBack(call, subject);
  // What services do at start: find the id of the committed text.
  const found = await registry.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: text });
  if (found !== id)
    throw new Failure("DEPLOY_FAILED", `Subject ${subject}: registered as ${id}, found as ${found}.`);
  return id;
}

class RegistryAnswer extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const isUnknownSubject = (error: unknown): boolean => error instanceof RegistryAnswer && error.status === 404;

async function registerVersion(call: Call, subject: string, schema: string): Promise<number> {
  try {
    const answer = await call<{ id: number }>("POST", `/subjects/${subject}/versions`, {
      schema,
    });
    return answer.id;
  } catch (error) {
    if (error instanceof RegistryAnswer && error.status === 409)
      throw new Failure(
        "DEPLOY_FAILED",
        `The schema of ${subject} cannot read what older versions wrote. New fields need defaults; nothing may be renamed.`,
        error,
      );
    throw error;
  }
}

const setCompatibility = (call: Call, subject: string): Promise<unknown> =>
  call("PUT", `/config/${subject}`, { compatibility: COMPATIBILITY });

async function readCompatibilityBack(call: Call, subject: string): Promise<void> {
  const { compatibilityLevel } = await call<{ compatibilityLevel: string }>("GET", `/config/${subject}`);
  if (compatibilityLevel !== COMPATIBILITY)
    throw new Failure(
      "DEPLOY_FAILED",
      `The registry keeps ${compatibilityLevel} for ${subject}, not ${COMPATIBILITY}.`,
    );
}

type Call = <T>(method: string, path: string, body?: object) => Promise<T>;

function callsOf(config: RegistryConfig): Call {
  const ask = createRegistryFetch(config);
  return async <T>(method: string, path: string, body?: object) => {
    try {
      const response = await ask(path, { method, body: body === undefined ? null : JSON.stringify(body) });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as T;
      const answer = new RegistryAnswer(response.status, `${method} ${path}: ${response.status} ${text}`);
      throw registryRefusal(response.status, answer) ?? answer;
    } catch (error) {
      if (error instanceof RegistryAnswer || error instanceof Failure) throw error;
      throw (
        registryRefusal(undefined, error) ??
        new Failure(
          "DEPLOY_FAILED",
          `The schema registry did not answer (${describeError(error)}); check SCHEMA_REGISTRY_URL.`,
          error,
        )
      );
    }
  };
}
