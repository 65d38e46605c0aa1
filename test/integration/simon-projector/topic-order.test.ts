import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { articleChange, projector } from "../../support/projector-world.ts";
import { articleChanged, customerChanged } from "../../support/records.ts";
import { TopicModel } from "../../support/topic-model.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

type Step = (model: TopicModel) => Promise<void> | void;

const key = fc.nat(2);
const size = fc.integer({ min: 1, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, fc.nat(5)).map(
      ([of, how]): Step =>
        (model) =>
          model.look(of, how),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.nat(9).map(
      (which): Step =>
        (model) =>
          model.send(which),
    ),
  },
  {
    weight: 3,
    arbitrary: size.map(
      (records): Step =>
        (model) =>
          model.consume(records),
    ),
  },
  {
    weight: 1,
    arbitrary: size.map(
      (records): Step =>
        (model) =>
          model.crash(records),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(20).map(
      (from): Step =>
        (model) =>
          model.replay(from),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((model) => model.empty()) },
  {
    weight: 1,
    arbitrary: key.map(
      (of): Step =>
        (model) =>
          model.clean(of),
    ),
  },
);

test("O53: in whatever order records arrive, the newest of each key ends up last, and Simon built from those is the same", async (t) => {
  const world = await createWorld(t);
  const simon = await projector(t, world);
  const { name, schema } = TOPICS.customerChanged;
  const encoder = await world.avro.encoder<CustomerChanged>(name, schema);
  const decoder = world.avro.decoder<CustomerChanged>(schema);
  let runs = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
    runs += 1;
    const model = new TopicModel({ world, simon, tenantId: `o53-${runs}`, encoder });
    for (const take of steps) await take(model);
    await model.settle();
    await model.judge(decoder);
    const [before, after] = await model.rebuild();
    assert.deepEqual(after, before);
  });
  await fc.assert(property, { numRuns: 120, seed: 53 });
});

test("O53: a repair is the whole row under its own version, and says nothing a second time", async (t) => {
  const world = await createWorld(t);
  const simon = await projector(t, world);
  const customers = TOPICS.customerChanged;
  const address = {
    name: "Administratie",
    street1: "Postbus 7",
    street2: "",
    zipCode: "9700 AA",
    city: "X",
    countryId: "",
  };
  const newest = customerChanged("vos", "K1", {
    ...{ revision: 4, name: "Vos", invoiceAddressKnown: true, invoiceAddress: address, vatScenarioId: null },
  });
  const encoder = await world.avro.encoder<object>(customers.name, customers.schema);
  const raw = (offset: number, value: object) => ({
    ...{
      topic: customers.name,
      partition: 0,
      offset,
      place: offset,
      headers: {},
      headerBytes: null,
      timestampMs: 1,
    },
    key: Buffer.from("vos/K1"),
    value: encoder.encode(value),
  });
  await simon.applyChunk([raw(10, newest)]);
  const [repair, ...others] = await simon.applyChunk([
    raw(11, customerChanged("vos", "K1", { revision: 3 })),
  ]);
  assert.deepEqual(others, []);
  assert.equal(repair?.topic, customers.name);
  assert.equal(repair?.key, "vos/K1");
  const decoder = world.avro.decoder<CustomerChanged>(customers.schema);
  await decoder.prepare([repair?.value ?? null]);
  assert.ok(repair?.value);
  assert.deepEqual(structuredClone(decoder.decode(repair.value)), { ...newest, stateCode: null });

  // A replay of what was read before repairs nothing.
  const again = [raw(10, newest), raw(11, customerChanged("vos", "K1", { revision: 3 }))];
  await simon.applyChunk([{ ...raw(12, newest), value: repair.value, headers: repair.headers ?? {} }]);
  assert.deepEqual(await simon.applyChunk(again), []);

  // A row with a doubtful text keeps its warning, which is not said again.
  const doubtful = { ...customerChanged("vos", "K1", { revision: 5, name: "V\u0000os" }) };
  assert.equal((await simon.applyChunk([raw(13, doubtful)])).length, 1);
  const [second] = await simon.applyChunk([raw(14, customerChanged("vos", "K1", { revision: 4 }))]);
  assert.deepEqual(second?.headers, { repair: "warned" });
  assert.ok(second?.value);
  const applied = await simon.applyChunk([
    { ...raw(15, newest), value: second.value, headers: second.headers },
  ]);
  assert.deepEqual(applied, []);
  assert.equal((await simon.customers("vos"))[0]?.["warned"], true);
});

test("O53: what a poller sends late is followed by the newest, of customers and of articles, by the service itself", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("simon-projector");
  await world.send("customerChanged", "bos/K1", customerChanged("bos", "K1", { revision: 4, name: "Four" }));
  await world.send("customerChanged", "bos/K1", customerChanged("bos", "K1", { revision: 3, name: "Three" }));
  const article = (revision: number) =>
    articleChanged("bos", "0017", { revision, priceExclVat: `${revision}.50` });
  const { key: articleKey } = articleChange("bos", "0017", {});
  await world.send("articleChanged", articleKey, article(9));
  await until(
    "the article",
    async () =>
      (await service.metric("simon_rows_projected_total", { entity: "article", action: "written" })) > 0,
  );
  await world.send("articleChanged", articleKey, article(8));
  await until("the repairs", async () => (await world.records("articleChanged")).length === 3);
  await until("the repairs", async () => (await world.records("customerChanged")).length === 3);
  const last = async (topic: "customerChanged" | "articleChanged") =>
    structuredClone((await world.records(topic)).at(-1)?.value);
  assert.deepEqual(
    await last("customerChanged"),
    customerChanged("bos", "K1", { revision: 4, name: "Four", stateCode: null }),
  );
  assert.deepEqual(await last("articleChanged"), { ...article(9), stateCode: null });
});
