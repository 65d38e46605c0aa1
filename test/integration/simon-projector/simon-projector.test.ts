import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import avsc from "avsc";
import type { MessageLogged } from "../../../schemas/records.ts";
import { subjectOf, TOPICS } from "../../../schemas/topics.ts";
import { schemaText } from "../../../services/shared/avro.ts";
import { frame } from "../../../services/shared/domain/wire-format.ts";
import { AFTER_POISON_MS } from "../../support/limits.ts";
import type { Row } from "../../support/projector-world.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

test("rows in Simon from the topics, by the service itself", async (t) => {
  const world = await createWorld(t);
  const registry = await registryWithSwitch(t, world);
  const start = () =>
    world.start("simon-projector", { SCHEMA_REGISTRY_URL: registry.url, KAFKA_SESSION_TIMEOUT_MS: "6000" });
  let service = await start();

  const customer = async (tenantId: string, customerId: string): Promise<Row | undefined> => {
    const { rows } = await world.pool.query<Row>(
      "select * from simon.customers where tenant_id = $1 and customer_id = $2",
      [tenantId, customerId],
    );
    return rows[0];
  };

  await t.test(
    "O21: poison costs only itself, a tombstone wipes, and the next record is there within 5 s",
    async () => {
      const encoder = await world.avro.encoder<object>(TOPICS.customerChanged.name, "customer-changed");
      const good = encoder.encode(customerChanged("o21", "K", {}));
      await world.send("customerChanged", "o21/K9", customerChanged("o21", "K9", {}));
      await until("K9", () => customer("o21", "K9"));
      const poison: Record<string, Buffer> = {
        empty: Buffer.alloc(0),
        short: Buffer.from([0, 0, 0]),
        magic: Buffer.from([1, 0, 0, 0, 7, 2, 65]),
        unknown: frame(999_999, good.subarray(5)),
        truncated: good.subarray(0, Math.floor(good.length / 2)),
        meaningless: encoder.encode({ ...customerChanged("o21", "meaningless", {}), customer: null }),
        huge: Buffer.alloc(2 * 1024 * 1024, 7),
      };
      await world.send("customerChanged", "o21/K9", null);
      for (const [name, value] of Object.entries(poison))
        await world.send("customerChanged", `o21/${name}`, value);
      await world.send("customerChanged", "o21/K1", customerChanged("o21", "K1", {}));
      await until("K1", () => customer("o21", "K1"), AFTER_POISON_MS);
      assert.equal(await customer("o21", "K9"), undefined);
      const letters = await world.records("deadLetter");
      assert.deepEqual(
        letters.map(({ key, bytes, headers }) => [key, bytes, headers["x-orig-topic"]]).sort(),
        Object.entries(poison)
          .map(([name, value]) => [`o21/${name}`, value, TOPICS.customerChanged.name])
          .sort(),
      );
    },
  );

  await t.test(
    "O22, O21: a new state in the writer's schema is unknown; while the registry is down it waits",
    async () => {
      const { id, type } = await registerWiderSchema(world);
      const bytes = (customerId: string, overrides: object) =>
        frame(
          id,
          type.toBuffer({ ...customerChanged("o22", customerId, { name: "Bijgewerkt" }), ...overrides }),
        );
      await world.send("customerChanged", "o22/K2", customerChanged("o22", "K2", { name: "Eerst" }));
      await until("K2", () => customer("o22", "K2"));

      registry.isUp = false;
      await world.send(
        "customerChanged",
        "o22/K2",
        bytes("K2", { revision: 2, change: "blocked", stateCode: "B" }),
      );
      await world.send("customerChanged", "o22/K1", bytes("K1", { change: "present" }));
      await until(
        "a hold",
        async () => (await service.metric("simon_consumer_holds_total", { reason: "registry" })) > 0,
      );
      assert.equal((await customer("o22", "K2"))?.["name"], "Eerst");
      const poisonBefore = (await world.records("deadLetter")).length;

      registry.isUp = true;
      await until("K1", () => customer("o22", "K1"));
      const [k1, k2] = [await customer("o22", "K1"), await customer("o22", "K2")];
      assert.deepEqual([k1?.["state"], k1?.["name"]], ["active", "Bijgewerkt"]);
      assert.deepEqual([k2?.["state"], k2?.["name"]], ["unknown", "Bijgewerkt"]);
      assert.equal((await world.records("deadLetter")).length, poisonBefore, "an outage sets nothing aside");
      const warnings = await world.records<MessageLogged>("messageLogged");
      assert.deepEqual(
        warnings
          .filter(({ value }) => value?.tenantId === "o22")
          .map(({ value }) => [value?.code, value?.params["stateCode"]]),
        [["CUSTOMER_STATE_UNKNOWN", "B"]],
      );
    },
  );

  await t.test(
    "M14: killed in the middle of 20,000 events, started again, and replayed: rows equal to the events",
    async () => {
      const tenants = ["m14-a", "m14-b", "m14-c", "m14-d"];
      const encoder = await world.avro.encoder<object>(TOPICS.customerChanged.name, "customer-changed");
      const publishAll = async () => {
        for (let revision = 1; revision <= 5; revision += 1)
          await world.publisher.publish(
            tenants.flatMap((tenantId) =>
              Array.from({ length: 1_000 }, (_, index) => {
                const name = `Klant ${index} v${revision}`;
                const value = customerChanged(tenantId, `K${index}`, {
                  revision,
                  name,
                  observedAt: Date.now(),
                });
                return {
                  topic: TOPICS.customerChanged.name,
                  key: `${tenantId}/K${index}`,
                  value: encoder.encode(value),
                };
              }),
            ),
          );
      };
      const published = publishAll();
      const rows = async (where: string) =>
        (
          await world.pool.query<{ n: number }>(
            `select count(*) as n from simon.customers where tenant_id like 'm14-%' ${where}`,
          )
        ).rows[0]?.n ?? 0;
      await until("the middle", async () => (await rows("and revision >= 2")) > 500);
      assert.ok((await rows("and revision = 5")) < 4_000, "it was killed in the middle");
      await service.kill9();
      await published;
      service = await start();
      await until("the last revision everywhere", async () => (await rows("and revision = 5")) === 4_000);
      assert.equal(await rows("and name = 'Klant ' || substr(customer_id, 2) || ' v5'"), 4_000);
      assert.ok((await service.metric("simon_change_latency_seconds_count", { entity: "customer" })) > 0);
      await service.stop();

      const sum = async () =>
        (
          await world.pool.query<Row>(
            "select md5(string_agg(xmin::text || c::text, '|' order by c::text)) as sum from simon.customers c",
          )
        ).rows[0]?.["sum"];
      const ends = async () =>
        (
          await world.pool.query<Row>(
            "select topic, partition, next_offset from simon.positions order by 1, 2",
          )
        ).rows;
      const [sumBefore, endsBefore] = [await sum(), await ends()];
      await world.pool.query("update simon.positions set next_offset = 0");
      service = await start();
      await until(
        "the end of the replay",
        async () => JSON.stringify(await ends()) === JSON.stringify(endsBefore),
      );
      assert.equal(await sum(), sumBefore, "the replay changed a row");
      assert.equal(
        await service.metric("simon_change_latency_seconds_count"),
        0,
        "replays do not count as latency",
      );
      assert.ok((await service.metric("simon_rows_projected_total", { action: "stale" })) >= 20_000);
    },
  );
});

/** The registry behind a door that can be shut: then it answers 503. */
async function registryWithSwitch(t: TestContext, world: World) {
  const state = { isUp: true, url: "" };
  const base = new URL(world.registryUrl);
  const door = createServer();
  door.on("request", async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (!state.isUp) return void response.writeHead(503).end();
    const hasBody = request.method !== "GET";
    const answer = await fetch(new URL(request.url ?? "/", base), {
      method: request.method ?? "GET",
      headers: { "content-type": request.headers["content-type"] ?? "application/json" },
      ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
    });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  t.after(() => door.close());
  state.url = `http://127.0.0.1:${(door.address() as AddressInfo).port}${base.pathname}`;
  return state;
}

/** The schema of customer changes as a later release may have it: with one more state. */
async function registerWiderSchema(world: World) {
  const schema = JSON.parse(schemaText("customer-changed"));
  const change = schema.fields.find(({ name }: { name: string }) => name === "change");
  change.type.symbols.splice(1, 0, "blocked");
  const subject = subjectOf(world.topicPrefix + TOPICS.customerChanged.name);
  const answer = await fetch(`${world.registryUrl}/subjects/${subject}/versions`, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  const { id } = (await answer.json()) as { id: number };
  assert.ok(answer.ok, `the registry takes the wider schema: ${answer.status}`);
  return { id, type: avsc.Type.forSchema(schema, { wrapUnions: "never" }) };
}
