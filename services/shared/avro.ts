import { readFileSync } from "node:fs";
import { type SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import avsc from "avsc";
import "./avsc-patch.ts";
import { subjectOf } from "../../schemas/topics.ts";
import { describeError, Failure } from "./domain/failure.ts";
import { frame, readFrame, Unreadable } from "./domain/wire-format.ts";
import { createRegistryClient, type RegistryConfig, registryRefusal } from "./registry-access.ts";

export type RecordEncoder<T> = {
  /** The value in Confluent's wire format. */
  encode(value: T): Buffer;
};

export type RecordDecoder<T> = {
  /**
   * Makes sure that every schema id in these values can be decoded without I/O.
   * @throws Failure REGISTRY_UNAVAILABLE when the registry does not answer: wait, it is not the records' fault
   */
  prepare(values: Iterable<Buffer | null>): Promise<void>;
  /** The value as the reader's schema has it. @throws Unreadable when these bytes will never decode */
  decode(value: Buffer): T;
  /** Whether a value, after `prepare`, lies in its bytes exactly as the reader's schema says. Never throws. */
  isOwn(value: Buffer): boolean;
};

export type Avro = {
  /** @throws Failure SCHEMA_NOT_REGISTERED, REGISTRY_UNAVAILABLE, REGISTRY_ACCESS_REFUSED */
  encoder<T>(topic: string, schema: string): Promise<RecordEncoder<T>>;
  decoder<T>(schema: string): RecordDecoder<T>;
};

/**
 * Answers that say of an id that there is no such schema; every other failure is an outage. Not 400: the registry's
 * client says that of whatever gave no answer, such as a connection that was refused.
 */
const NO_SUCH_ID = new Set<number | undefined>([404, 422]);

/** How long an id that the registry does not know is not asked for again. */
const UNKNOWN_ID_MS = 30_000;

/**
 * An Avro type of its own. Nullable unions decode to plain values; set explicitly, since adding a branch could flip
 * avsc's own choice. The options are made anew each time: avsc keeps the names it has seen in them.
 */
const typeFor = (text: string): avsc.Type => avsc.Type.forSchema(JSON.parse(text), { wrapUnions: "never" });

/** The committed text of a schema, byte for byte as it is registered. */
export function schemaText(schema: string): string {
  return readFileSync(new URL(`../../schemas/${schema}.avsc`, import.meta.url), "utf8");
}

/**
 * Avro with a Confluent-compatible registry. The registry is asked for ids and schemas only, once each; encoding and
 * decoding go straight through avsc: `registry.decode` costs twice as much, with a reader schema 300 times.
 */
export function createAvro(options: {
  readonly config: RegistryConfig & { readonly KAFKA_TOPIC_PREFIX: string };
  readonly now: () => number;
}): Avro {
  const { config } = options;
  const registry = createRegistryClient(config, 0);
  return {
    encoder: (topic, schema) => createEncoder(registry, subjectOf(config.KAFKA_TOPIC_PREFIX + topic), schema),
    decoder: (schema) => createDecoder(registry, schema, options.now),
  };
}

async function createEncoder<T>(
  registry: SchemaRegistry,
  subject: string,
  schema: string,
): Promise<RecordEncoder<T>> {
  const text = schemaText(schema);
  const type = typeFor(text);
  const id = await registeredId(registry, subject, text);
  return { encode: (value) => frame(id, type.toBuffer(value)) };
}

async function registeredId(registry: SchemaRegistry, subject: string, text: string): Promise<number> {
  try {
    return await registry.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: text });
  } catch (error) {
    if (statusOf(error) === 404)
      throw new Failure(
        "SCHEMA_NOT_REGISTERED",
        `Subject ${subject} lacks our schema; run \`npm run deploy\` first.`,
        error,
      );
    throw registryUnavailable(error);
  }
}

type Resolution =
  | { readonly kind: "readable"; readonly resolver: avsc.Resolver; readonly isOwn: boolean }
  | { readonly kind: "unreadable"; readonly reason: string; readonly until: number };

function createDecoder<T>(registry: SchemaRegistry, schema: string, now: () => number): RecordDecoder<T> {
  const reader = typeFor(schemaText(schema));
  const resolutions = new Map<number, Resolution>();

  const prepare = async (values: Iterable<Buffer | null>): Promise<void> => {
    const wanted = new Set<number>();
    for (const value of values) {
      const id = value === null ? null : schemaIdOf(value);
      if (id !== null && isWanted(resolutions.get(id), now())) wanted.add(id);
    }
    for (const id of wanted) resolutions.set(id, await resolve(registry, reader, id, now()));
  };

  const decode = (value: Buffer): T => {
    const { schemaId, start } = readFrame(value);
    const resolution = resolutions.get(schemaId);
    if (resolution === undefined)
      throw new Unreadable("SCHEMA_ID_UNKNOWN", `schema id ${schemaId} was not prepared`);
    if (resolution.kind === "unreadable") throw new Unreadable("SCHEMA_ID_UNKNOWN", resolution.reason);
    return decodeBody<T>(reader, resolution.resolver, value, start);
  };
  const isOwn = (value: Buffer): boolean => {
    const id = schemaIdOf(value);
    const resolution = id === null ? undefined : resolutions.get(id);
    return resolution?.kind === "readable" && resolution.isOwn;
  };
  return { prepare, decode, isOwn };
}

const isWanted = (known: Resolution | undefined, now: number): boolean =>
  known === undefined || (known.kind === "unreadable" && known.until <= now);

function schemaIdOf(value: Buffer): number | null {
  try {
    return readFrame(value).schemaId;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

async function resolve(
  registry: SchemaRegistry,
  reader: avsc.Type,
  id: number,
  now: number,
): Promise<Resolution> {
  let text: string;
  try {
    const schema = await registry.getSchema(id);
    text = JSON.stringify(schema);
  } catch (error) {
    if (!NO_SUCH_ID.has(statusOf(error))) throw registryUnavailable(error);
    return {
      kind: "unreadable",
      reason: `the registry does not know schema id ${id}`,
      until: now + UNKNOWN_ID_MS,
    };
  }
  try {
    const writer = typeFor(text);
    const isOwn = writer.fingerprint().equals(reader.fingerprint());
    return { kind: "readable", resolver: reader.createResolver(writer), isOwn };
  } catch (error) {
    const reason = `schema id ${id} cannot be read as ${reader.name}: ${describeError(error)}`;
    return { kind: "unreadable", reason, until: Number.POSITIVE_INFINITY };
  }
}

/** avsc's `decode` takes an offset and says where it stopped; trailing bytes mean that the body is something else. */
function decodeBody<T>(reader: avsc.Type, resolver: avsc.Resolver, value: Buffer, start: number): T {
  let result: { value: unknown; offset: number };
  try {
    result = reader.decode(value, start, resolver);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("BODY_UNREADABLE", describeError(error));
  }
  if (result.offset < 0) throw new Unreadable("BODY_UNREADABLE", "the body is cut off");
  if (result.offset !== value.length)
    throw new Unreadable("BODY_UNREADABLE", "bytes are left after the body");
  return result.value as T;
}

const statusOf = (error: unknown): number | undefined =>
  (error as { readonly status?: number } | null)?.status;

const registryUnavailable = (error: unknown): Failure =>
  registryRefusal(statusOf(error), error) ??
  new Failure(
    "REGISTRY_UNAVAILABLE",
    "The schema registry does not answer; check SCHEMA_REGISTRY_URL.",
    error,
  );
