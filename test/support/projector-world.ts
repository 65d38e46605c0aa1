import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { TOPICS } from "../../schemas/topics.ts";
import type { NewMessage } from "../../services/shared/domain/message-catalogue.ts";
import type { RawRecord } from "../../services/shared/kafka/incoming.ts";
import type { PreparedChunk } from "../../services/shared/kafka/postgres-route.ts";
import type { OutgoingRecord } from "../../services/shared/kafka/producer.ts";
import { createMessageLog } from "../../services/shared/messages.ts";
import { createPool, inTransaction, type Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createCleaning } from "../../services/simon-projector/cleaning-run.ts";
import { changeEncoders, projectorRoutes } from "../../services/simon-projector/handler.ts";
import { createProjectorTelemetry } from "../../services/simon-projector/telemetry.ts";
import { loopContext } from "./loop-context.ts";
import { articleChanged, customerChanged } from "./records.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** A row of a table, by column. */
export type Row = Record<string, unknown>;

/** The service's own code on records that need no broker, as its own role. */
export type Projector = {
  readonly pool: Pool;
  /** Applies records in batches of `size`, each in a transaction; offsets count from `firstOffset`. */
  apply(
    topic: "customerChanged" | "articleChanged" | "orderSettled",
    records: readonly {
      readonly key: string;
      readonly value: object | null;
      readonly headers?: Record<string, string>;
    }[],
    options?: { readonly size?: number; readonly firstOffset?: number },
  ): Promise<readonly NewMessage[]>;
  /** Applies records as they are in one transaction. @returns what was to be published */
  applyChunk(records: readonly RawRecord[]): Promise<readonly OutgoingRecord[]>;
  customers(tenantId: string): Promise<readonly Row[]>;
  clean(tenantId: string): Promise<void>;
  /** Lets the cleaning go on until this tenant's is done, whenever it is due. */
  cleanAsPlanned(tenantId: string): Promise<void>;
};

/** The projector of this world; ends with the test. */
export async function projector(t: TestContext, world: World): Promise<Projector> {
  const pool = createPool({
    url: world.environment("simon-projector")["DATABASE_URL"] ?? "",
    size: 3,
    applicationName: "test",
  });
  t.after(() => pool.end());
  const telemetry = createProjectorTelemetry(createTelemetry("test", "error"));
  const messages = createMessageLog(
    world.publisher,
    await world.avro.encoder(TOPICS.messageLogged.name, TOPICS.messageLogged.schema),
  );
  let said: NewMessage[] = [];
  const routes = projectorRoutes({
    avro: world.avro,
    encoders: await changeEncoders(world.avro.encoder),
    messages: {
      records: (told) => {
        said.push(...told);
        return messages.records(told);
      },
    },
    telemetry,
    now: Date.now,
  });
  const applyChunk = async (records: readonly RawRecord[]): Promise<readonly OutgoingRecord[]> => {
    const route = routes.find((one) => one.topic === records[0]?.topic);
    assert.ok(route);
    const chunk: PreparedChunk = await route.prepare(records);
    assert.deepEqual(chunk.poison, []);
    return await inTransaction(pool, (tx) => chunk.apply(tx, 0, chunk.originals.length));
  };
  const cleanAsPlanned = async (tenantId: string): Promise<void> => {
    const crashes: Error[] = [];
    const fail = (failure: Error): number => crashes.push(failure);
    const cleaning = createCleaning(
      { ...loopContext, fail },
      {
        ...{ pool, messages, telemetry, instance: "test", batchRows: 2 },
        pattern: "0 1 * * 1,3,5",
        lookEveryMs: 25,
      },
    );
    await cleaning.start();
    await until("the cleaning", async () => {
      assert.deepEqual(crashes, []);
      const { rows } = await pool.query<Row>(
        "select last_run_at from simon.cleaning_schedules where tenant_id = $1 and next_due_at > now()",
        [tenantId],
      );
      return rows[0]?.["last_run_at"];
    }).finally(() => cleaning.stop());
  };
  return {
    pool,
    applyChunk,
    apply: async (topic, records, { size = records.length, firstOffset = 0 } = {}) => {
      const { name, schema } = TOPICS[topic];
      const encoder = await world.avro.encoder<object>(name, schema);
      const raw = records.map(
        ({ key, value, headers = {} }, index): RawRecord => ({
          topic: name,
          partition: 0,
          offset: firstOffset + index,
          place: firstOffset + index,
          key: Buffer.from(key),
          value: value === null ? null : encoder.encode(value),
          headers,
          headerBytes: null,
          timestampMs: 1,
        }),
      );
      said = [];
      for (let start = 0; start < raw.length; start += size) await applyChunk(raw.slice(start, start + size));
      return said;
    },
    customers: async (tenantId) =>
      (
        await pool.query("select * from simon.customers where tenant_id = $1 order by customer_id", [
          tenantId,
        ])
      ).rows,
    clean: async (tenantId) => {
      await pool.query(
        `insert into simon.cleaning_schedules (tenant_id, next_due_at) values ($1, now())
         on conflict (tenant_id) do update set next_due_at = now(), last_run_at = null`,
        [tenantId],
      );
      await cleanAsPlanned(tenantId);
    },
    cleanAsPlanned,
  };
}

/** A customer's change, with these fields. */
export const change = (
  tenantId: string,
  customerId: string,
  overrides: Parameters<typeof customerChanged>[2],
) => ({
  key: `${tenantId}/${customerId}`,
  value: customerChanged(tenantId, customerId, overrides),
});

/** A customer that Unit4 no longer has. */
export const gone = (tenantId: string, customerId: string, revision: number) => ({
  key: `${tenantId}/${customerId}`,
  value: { ...customerChanged(tenantId, customerId, { revision, change: "gone" }), customer: null },
});

/** An article's change, with these fields. */
export const articleChange = (
  tenantId: string,
  articleId: string,
  overrides: Parameters<typeof articleChanged>[2],
) => ({
  key: `${tenantId}/${articleId}`,
  value: articleChanged(tenantId, articleId, overrides),
});

/** Makes the tenant an active one in its first epoch. */
export const activate = (world: World, tenantId: string) =>
  world.pool.query(
    "insert into integration.tenants (tenant_id, name, status, epoch, administration) values ($1, $1, 'active', 1, $1)",
    [tenantId],
  );

/** A workorder that is not archived, of this customer and with these articles. */
export const openWorkorder = (
  world: World,
  tenantId: string,
  id: string,
  customerId: string,
  materials: object[] = [],
) =>
  world.pool.query(
    "insert into simon.workorders (tenant_id, workorder_id, customer_id, materials) values ($1, $2, $3, $4)",
    [tenantId, id, customerId, JSON.stringify(materials)],
  );

/** The number that Simon gives its nth workorder of this year. */
export const numbered = (number: number): string =>
  `WB-${new Date().getFullYear()}-${String(number).padStart(6, "0")}`;
