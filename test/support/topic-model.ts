import assert from "node:assert/strict";
import type { CustomerChanged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordDecoder, RecordEncoder } from "../../services/shared/avro.ts";
import type { RawRecord } from "../../services/shared/kafka/incoming.ts";
import type { Projector, Row } from "./projector-world.ts";
import { customerChanged } from "./records.ts";
import type { World } from "./world.ts";

const TOPIC = TOPICS.customerChanged.name;
const IDS = ["K0", "K1", "K2"] as const;
const MOST_CHUNKS = 300;

type Sent = Pick<RawRecord, "key" | "value" | "headers">;
type Version = readonly [epoch: number, revision: number];

const isNewer = (one: Version, other: Version): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);

/** The topic of customers with one partition and one tenant, pollers that send when they like, and the real projection. */
export class TopicModel {
  readonly #world: World;
  readonly #simon: Projector;
  readonly #tenantId: string;
  readonly #encoder: RecordEncoder<CustomerChanged>;
  readonly #log: Sent[] = [];
  readonly #inFlight: Sent[] = [];
  #position = 0;
  #epoch = 1;
  #revision = 0;

  constructor(options: {
    readonly world: World;
    readonly simon: Projector;
    readonly tenantId: string;
    readonly encoder: RecordEncoder<CustomerChanged>;
  }) {
    this.#world = options.world;
    this.#simon = options.simon;
    this.#tenantId = options.tenantId;
    this.#encoder = options.encoder;
  }

  /** A poller sees a customer in a new scan; its record is on its way from then on. @param how what it sees */
  look(key: number, how: number): void {
    this.#revision += 1;
    const id = IDS[key] ?? "K0";
    const changes = ["present", "present", "gone", "unknown", "inactive"] as const;
    const change = changes[how] ?? "present";
    const event = customerChanged(this.#tenantId, id, {
      epoch: this.#epoch,
      revision: this.#revision,
      change,
      name: `${id} r${this.#revision}`,
      invoiceAddressKnown: how === 1,
    });
    const value = { ...event, customer: change === "gone" ? null : event.customer };
    this.#inFlight.push({ key: this.#key(id), value: this.#encoder.encode(value), headers: {} });
  }

  /** One of those on their way arrives, however late. */
  send(which: number): void {
    this.#log.push(...this.#inFlight.splice(which % Math.max(1, this.#inFlight.length), 1));
  }

  async consume(size: number): Promise<void> {
    this.#position += await this.#apply(size);
  }

  /** Published, and ended before the position was stored. */
  async crash(size: number): Promise<void> {
    await this.#apply(size);
  }

  replay(from: number): void {
    this.#position = Math.min(this.#position, from);
  }

  /** Rule A2: rows go, the epoch rises, tombstones follow. */
  async empty(): Promise<void> {
    this.#epoch += 1;
    const { pool } = this.#world;
    await pool.query("select simon.begin_emptying($1, $2, '{customers}')", [this.#tenantId, this.#epoch]);
    const slice = () =>
      pool.query("select from simon.empty_slice($1, $2, '{customers}', 100)", [this.#tenantId, this.#epoch]);
    while ((await slice()).rowCount !== 0);
    for (const id of IDS)
      this.#log.push({ key: this.#key(id), value: null, headers: { epoch: String(this.#epoch) } });
  }

  async clean(key: number): Promise<void> {
    await this.#simon.pool.query(
      `update simon.customers set state = 'removed'
       where tenant_id = $1 and customer_id = $2 and state in ('gone', 'inactive')`,
      [this.#tenantId, IDS[key]],
    );
  }

  /** All arrives, all is consumed. */
  async settle(): Promise<void> {
    this.#log.push(...this.#inFlight.splice(0));
    for (let chunks = 0; this.#position < this.#log.length; chunks += 1) {
      assert.ok(chunks < MOST_CHUNKS, "repairs go on for ever");
      await this.consume(3);
    }
  }

  /** What compaction keeps, and whether a newer version of a key was ever sent. */
  async judge(decoder: RecordDecoder<CustomerChanged>): Promise<void> {
    await decoder.prepare(this.#log.map(({ value }) => value));
    const versionOf = ({ value, headers }: Sent): Version => {
      const change = value === null ? null : decoder.decode(value);
      return [change?.epoch ?? Number(headers["epoch"]), change?.revision ?? 0];
    };
    const last = this.#compacted();
    for (const sent of this.#log) {
      const kept = last.get(String(sent.key));
      assert.ok(kept);
      assert.ok(
        !isNewer(versionOf(sent), versionOf(kept)),
        `${sent.key} ends with ${versionOf(kept)} behind ${versionOf(sent)}`,
      );
    }
  }

  /** Simon built from nothing by what compaction keeps. @returns what is offered before and after */
  async rebuild(): Promise<readonly [before: readonly unknown[], after: readonly unknown[]]> {
    const before = offered(await this.#simon.customers(this.#tenantId));
    for (const table of ["simon.customers", "simon.tenant_epochs"])
      await this.#world.pool.query(`delete from ${table} where tenant_id = $1`, [this.#tenantId]);
    const kept = new Set(this.#compacted().values());
    const records = this.#from(0, this.#log.length).filter((_, index) => kept.has(this.#at(index)));
    if (records.length > 0) await this.#simon.applyChunk(records);
    return [before, offered(await this.#simon.customers(this.#tenantId))];
  }

  #at(index: number): Sent {
    const sent = this.#log[index];
    assert.ok(sent);
    return sent;
  }

  #key(id: string): Buffer {
    return Buffer.from(`${this.#tenantId}/${id}`);
  }

  #compacted(): ReadonlyMap<string, Sent> {
    return new Map(this.#log.map((sent) => [String(sent.key), sent]));
  }

  #from(from: number, to: number): readonly RawRecord[] {
    return this.#log.slice(from, to).map((sent, index) => ({
      ...sent,
      topic: TOPIC,
      partition: 0,
      offset: from + index,
      place: from + index,
      headerBytes: null,
      timestampMs: 1,
    }));
  }

  async #apply(size: number): Promise<number> {
    const records = this.#from(this.#position, this.#position + size);
    if (records.length === 0) return 0;
    for (const { topic, key, value, headers = {} } of await this.#simon.applyChunk(records))
      if (topic === TOPIC) this.#log.push({ key: Buffer.from(String(key)), value, headers });
    return records.length;
  }
}

/** Rows that stay: what is inactive or gone is the cleaning's to remove, again if need be. */
const offered = (rows: readonly Row[]): readonly unknown[] =>
  rows
    .filter(({ state }) => state === "active" || state === "unknown")
    .map(({ customer_id, state, name, epoch, revision, invoice_address }) => [
      ...[customer_id, state, name, epoch, revision, invoice_address],
    ]);
