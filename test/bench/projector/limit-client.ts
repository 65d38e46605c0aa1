/**
 * What the projector is measured against: one process that does as little as can be done. Commands come from its parent: `read`
 * takes a stretch of the topic into the table by the same Kafka client and the generated decoder, without checks, positions, dead
 * letters or figures; `prepare` holds the rows of a stretch in memory, and `write` writes them without Kafka.
 */
import pg from "pg";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { createAvro, type RecordDecoder } from "../../../services/shared/avro.ts";
import { createKafka, type KafkaClient } from "../../../services/shared/kafka/client.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { serveParent } from "../child.ts";
import { type Stretch, TOPIC } from "./change-topic.ts";

/** How long it took, in milliseconds. */
export type LimitAnswer = { readonly ms: number };

/** What the parent asks for. */
export type LimitCommand =
  | { readonly kind: "read"; readonly stretch: Stretch }
  | { readonly kind: "prepare"; readonly stretch: Stretch }
  | { readonly kind: "write" };

const CONNECTIONS = 4;
const ROWS_AT_ONCE = 5_000;

const COLUMNS = `tenant_id, customer_id, epoch, revision, record_offset, origin, state, organization_id, name, short_name,
  contact_person, street1, street2, zip_code, city, country_id, telephone, mobile_phone, email, payment_condition_id,
  vat_scenario_id, charge_vat_type_id, changed_on, observed_at`;
const WRITE = `
create temp table if not exists staged_limit on commit delete rows as select ${COLUMNS} from simon.customers limit 0;
copy staged_limit (${COLUMNS}) from stdin;
insert into simon.customers as known (${COLUMNS}) select ${COLUMNS} from staged_limit
on conflict (tenant_id, customer_id) do update set (${COLUMNS}, updated_at) = row (${COLUMNS.replaceAll(/(\w+)/g, "excluded.$1")}, now())
where (known.epoch, known.revision, known.record_offset) < (excluded.epoch, excluded.revision, excluded.record_offset)`;

type CopyConnection = { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

class Write extends pg.Query {
  readonly #rows: Buffer;
  constructor(rows: Buffer, done: (error: Error | undefined) => void) {
    super(WRITE, done);
    this.#rows = rows;
  }
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#rows);
    connection.endCopyFrom();
  }
}

const { DATABASE_URL: url = "", KAFKA_BROKERS = "", SCHEMA_REGISTRY_URL = "" } = process.env;
const config = {
  KAFKA_BROKERS,
  SCHEMA_REGISTRY_URL,
  KAFKA_TOPIC_PREFIX: "",
  KAFKA_SECURITY_PROTOCOL: "PLAINTEXT",
  KAFKA_SESSION_TIMEOUT_MS: 30_000,
} as const;
const connections = Array.from({ length: CONNECTIONS }, () => new pg.Client({ connectionString: url }));
const free: pg.Client[] = [];
const waiting: ((client: pg.Client) => void)[] = [];
for (const client of connections) {
  await client.connect();
  free.push(client);
}

async function write(rows: Buffer): Promise<void> {
  const client = free.pop() ?? (await new Promise<pg.Client>((resolve) => waiting.push(resolve)));
  try {
    await new Promise<void>((resolve, reject) =>
      client.query(new Write(rows, (error) => (error ? reject(error) : resolve()))),
    );
  } finally {
    const next = waiting.shift();
    if (next === undefined) free.push(client);
    else next(client);
  }
}

/** The newest of each key, as COPY takes them. Values of the bench need no escaping. */
function rowsOf(
  decoder: RecordDecoder<CustomerChanged>,
  records: readonly { readonly offset: string; readonly value: Buffer | null }[],
): Buffer {
  const newest = new Map<string, string>();
  for (const { offset, value } of records) {
    if (value === null) continue;
    const one = decoder.decode(value);
    const { customer } = one;
    if (customer === null) continue;
    newest.set(
      `${one.tenantId}/${one.customerId}`,
      `${one.tenantId}\t${one.customerId}\t${one.epoch}\t${one.revision}\t${offset}\tunit4\tactive\t${customer.organizationId}\t${customer.name}\t${customer.shortName}\t${customer.contactPerson}\t${customer.street1}\t${customer.street2}\t${customer.zipCode}\t${customer.city}\t${customer.countryId}\t${customer.telephone}\t${customer.mobilePhone}\t${customer.email}\t${customer.paymentConditionId}\t${customer.vatScenarioId ?? "\\N"}\t${customer.chargeVatTypeId}\t${one.changedOn ?? "\\N"}\t${new Date(one.observedAt).toISOString()}\n`,
    );
  }
  return Buffer.from([...newest.values()].join(""));
}

type Read = (records: readonly { readonly offset: string; readonly value: Buffer | null }[]) => Promise<void>;

/** Reads a stretch with a group of its own. */
async function readStretch(kafka: KafkaClient, { from, to }: Stretch, take: Read): Promise<void> {
  const consumer = kafka.kafka.consumer({
    groupId: `limit-${process.pid}-${Date.now()}`,
    maxBytesPerPartition: 1024 * 1024,
    maxWaitTimeInMs: 250,
    minBytes: 1,
  });
  const open = new Set(to.flatMap((end, partition) => (end > (from[partition] ?? 0) ? [partition] : [])));
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  consumer.on(consumer.events.GROUP_JOIN, () =>
    from.forEach((offset, partition) => {
      consumer.seek({ topic: TOPIC, partition, offset: String(offset) });
    }),
  );
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        partitionsConsumedConcurrently: CONNECTIONS,
        eachBatch: async ({ batch }) => {
          const end = to[batch.partition] ?? 0;
          await take(batch.messages.filter(({ offset }) => Number(offset) < end));
          if (Number(batch.lastOffset()) >= end - 1) open.delete(batch.partition);
          if (open.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
}

const kafka = createKafka({ config, clientId: "limit", log: createTelemetry("limit", "silent").log });
const decoder = createAvro({ config, now: Date.now }).decoder<CustomerChanged>(TOPICS.customerChanged.schema);
let prepared: readonly Buffer[] = [];

async function run(command: LimitCommand): Promise<number> {
  const startedAt = performance.now();
  switch (command.kind) {
    case "read": {
      let firstAt = 0;
      await readStretch(kafka, command.stretch, async (records) => {
        firstAt ||= performance.now();
        await decoder.prepare(records.map(({ value }) => value));
        await write(rowsOf(decoder, records));
      });
      return performance.now() - firstAt;
    }
    case "prepare": {
      const chunks: Buffer[] = [];
      let held: { readonly offset: string; readonly value: Buffer | null }[] = [];
      await readStretch(kafka, command.stretch, async (records) => {
        await decoder.prepare(records.map(({ value }) => value));
        held.push(...records);
        if (held.length < ROWS_AT_ONCE) return;
        const full = held;
        held = [];
        chunks.push(rowsOf(decoder, full));
      });
      prepared = [...chunks, rowsOf(decoder, held)];
      return performance.now() - startedAt;
    }
    case "write": {
      await Promise.all(prepared.map(write));
      return performance.now() - startedAt;
    }
  }
}

serveParent<LimitCommand, LimitAnswer>({ ms: 0 }, async (command) => ({ ms: await run(command) }));
