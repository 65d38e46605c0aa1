import assert from "node:assert/strict";
import { test } from "node:test";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { PUT_BACK_HEADER } from "../../../services/shared/domain/put-back.ts";
import { headerTexts, packHeaders, unpackHeaders } from "../../../services/shared/domain/record-headers.ts";
import { DISCARD } from "../../../services/shared/operations/domain/letters-wish.ts";
import { askForLetters, lettersDone, lettersIn, untilLetters } from "../../support/letters.ts";
import { readAll } from "../../support/read-all.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const { name: TOPIC, schema: SCHEMA } = TOPICS.customerChanged;
const FAST = { LOG_SINK_OPERATIONS_LOOK_MS: "100" };

/** Postgres refuses customers of that name until it is asked to take them. */
const refuse = ({ pool }: World): Promise<unknown> =>
  pool.query("alter table simon.customers add constraint refused check (name <> 'refused')");
const takeAgain = ({ pool }: World): Promise<unknown> =>
  pool.query("alter table simon.customers drop constraint refused");

const openMessages = async ({ pool }: World): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ recordId: string }>(
    `select record_id as "recordId" from log.messages where code = 'RECORD_SET_ASIDE' and closed_at is null order by 1`,
  );
  return rows.map(({ recordId }) => recordId);
};

const names = async ({ pool }: World): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    "select name from simon.customers order by customer_id",
  );
  return rows.map(({ name }) => name);
};

test("O42: key, value and headers come back byte for byte, and the message closes when the record was processed", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  await world.start("log-sink", FAST);
  await refuse(world);
  const headers = [
    { name: Buffer.from("signature"), value: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
    { name: Buffer.from("hop"), value: Buffer.from("one") },
    { name: Buffer.from([0xfe, 0xff]), value: null },
    { name: Buffer.from("hop"), value: Buffer.from("two") },
    { name: Buffer.from("x-group"), value: Buffer.from("its own") },
  ];
  const encoder = await world.avro.encoder<object>(TOPIC, SCHEMA);
  const value = encoder.encode(customerChanged("bos", "K1", { name: "refused" }));
  const sent = { topic: TOPIC, key: "bos/K1", value, headerBytes: packHeaders(headers) };
  await world.publisher.publish([sent]);
  const [letter] = await untilLetters(world, 1, "waiting");
  assert.deepEqual([letter?.key, letter?.value], [Buffer.from("bos/K1"), value]);
  assert.deepEqual(unpackHeaders(letter?.headerBytes ?? null), headers);
  assert.deepEqual(await openMessages(world), ["K1"]);

  await takeAgain(world);
  const { plan } = await lettersDone(world, await askForLetters(world));
  assert.deepEqual(
    [plan.letters, plan.tenants, plan.byCause.map(({ cause }) => cause)],
    [1, 1, ["REFUSED_BY_POSTGRES"]],
  );
  await untilLetters(world, 1, "processed");
  await until("the message to be closed", async () => (await openMessages(world)).length === 0);
  assert.deepEqual(await names(world), ["refused"]);
  const [, back] = await readAll(world.kafka, TOPIC);
  assert.deepEqual([back?.key, back?.value], [Buffer.from("bos/K1"), value]);
  const came = unpackHeaders(back?.headerBytes ?? null);
  assert.deepEqual(came.slice(0, -1), headers);
  assert.equal(came.at(-1)?.name.toString(), PUT_BACK_HEADER);
});

test("O42: a version that comes back changes nothing that is newer", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  await world.start("log-sink", FAST);
  await refuse(world);
  const change = (revision: number, name: string) =>
    world.send("customerChanged", "bos/K1", customerChanged("bos", "K1", { revision, name }));
  await change(3, "three");
  await change(4, "refused");
  // In one chunk with it, the newest alone would be written and nothing refused.
  await untilLetters(world, 1, "waiting");
  await change(5, "five");
  await until("the newest", async () => (await names(world))[0] === "five");
  await takeAgain(world);
  await lettersDone(world, await askForLetters(world));
  await untilLetters(world, 1, "processed");
  assert.deepEqual(await names(world), ["five"]);
  // What is built anew from the topic is the newest, too (rule M16).
  const records = await world.records<CustomerChanged>("customerChanged");
  assert.equal(records.at(-1)?.value?.revision, 5);
});

test("O42: a letter that fails again is one row with a history, and stops after three times unless it is named", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  const service = await world.start("log-sink", FAST);
  const poison = Buffer.from([0, 0, 0, 0xbe, 0xef, 7]);
  await world.send("customerChanged", "bos/K1", poison, { hop: "1" });
  const failures = (count: number) =>
    until(`${count} times`, async () => {
      const letters = await lettersIn(world);
      const times = letters[0]?.history.filter(({ act }) => act === "set-aside").length;
      return letters.length === 1 && times === count ? letters[0] : null;
    });
  await failures(1);
  for (const attempt of [1, 2, 3]) {
    await lettersDone(world, await askForLetters(world, { cause: "SCHEMA_ID_UNKNOWN" }));
    const letter = await failures(attempt + 1);
    assert.deepEqual([letter.putBacks, letter.value], [attempt, poison]);
    assert.deepEqual(headerTexts(unpackHeaders(letter.headerBytes)), { hop: "1" });
  }
  assert.equal((await lettersIn(world))[0]?.state, "quarantined");
  const none = await lettersDone(world, await askForLetters(world, { cause: "SCHEMA_ID_UNKNOWN" }));
  assert.deepEqual([none.plan.letters, none.plan.left.quarantined], [0, 1]);

  const { partition, offset } = (await lettersIn(world))[0] ?? { partition: 0, offset: 0 };
  const place = { topic: TOPIC, partition, fromOffset: offset, toOffset: offset + 1, isNamed: true };
  await lettersDone(world, await askForLetters(world, place));
  const letter = await failures(5);
  assert.deepEqual(
    [letter.state, letter.putBacks, letter.partition, letter.offset],
    ["quarantined", 4, partition, offset],
  );
  assert.deepEqual(
    letter.history.map(({ act }) => act),
    [
      "set-aside",
      "put-back",
      "set-aside",
      "put-back",
      "set-aside",
      "put-back",
      "set-aside",
      "put-back",
      "set-aside",
    ],
  );
  assert.equal(await service.metric("simon_dead_letters_moved_total", { to: "quarantined" }), 2);
  const { rows } = await world.pool.query(
    "select occurrence_count as n from log.messages where code = 'RECORD_SET_ASIDE'",
  );
  assert.deepEqual(rows, [{ n: 5 }]);
});

test("O42: what is chosen goes back in the order of partition and offset, the rest stays; what is discarded is kept with its reason", async (t) => {
  const world = await createWorld(t, { partitions: 2 });
  await world.start("simon-projector");
  await world.start("log-sink", FAST);
  await refuse(world);
  const tenants = ["bos", "vos", "das", "ree"];
  for (const number of [1, 2, 3])
    for (const tenant of tenants)
      await world.send(
        "customerChanged",
        `${tenant}/K${number}`,
        customerChanged(tenant, `K${number}`, { name: "refused" }),
      );
  const letters = await untilLetters(world, 12, "waiting");
  await takeAgain(world);

  const { plan } = await lettersDone(world, await askForLetters(world, { exceptTenantIds: ["bos"] }));
  assert.deepEqual([plan.letters, plan.tenants], [9, 3]);
  assert.deepEqual(plan.byTenant, [
    { tenantId: "das", letters: 3 },
    { tenantId: "ree", letters: 3 },
    { tenantId: "vos", letters: 3 },
  ]);
  await until(
    "nine",
    async () => (await lettersIn(world)).filter(({ state }) => state === "processed").length === 9,
  );
  const expected = letters.filter(({ tenantId }) => tenantId !== "bos");
  const back = (await readAll(world.kafka, TOPIC)).filter(({ headers }) => PUT_BACK_HEADER in headers);
  for (const partition of [0, 1])
    assert.deepEqual(
      back.filter((one) => one.partition === partition).map(({ key }) => String(key)),
      expected.filter((one) => one.partition === partition).map(({ key }) => String(key)),
    );
  assert.deepEqual(await openMessages(world), ["K1", "K2", "K3"]);

  const mine = letters.filter(({ tenantId }) => tenantId === "bos");
  const { partition = 0, offset = 0 } = mine[0] ?? {};
  const range = { topic: TOPIC, partition, fromOffset: offset, toOffset: mine[1]?.offset ?? 0 };
  const operationId = await askForLetters(world, { ...range, tenantIds: ["bos"] }, DISCARD);
  assert.equal((await lettersDone(world, operationId)).result.done, 1);
  const [discarded] = (await lettersIn(world)).filter(({ state }) => state === "discarded");
  assert.equal(String(discarded?.key), "bos/K1");
  assert.deepEqual(
    discarded?.history.map(({ act }) => act),
    ["set-aside", "discarded"],
  );
  assert.deepEqual(await openMessages(world), ["K2", "K3"]);
  assert.equal((await lettersDone(world, await askForLetters(world, range))).plan.letters, 0);
});

test("L5: that a record was set aside is closed when the last of its letters was processed", async (t) => {
  const world = await createWorld(t, { partitions: 1 });
  await world.start("simon-projector");
  await world.start("log-sink", FAST);
  await refuse(world);
  for (const revision of [1, 2])
    await world.send(
      "customerChanged",
      "bos/K1",
      customerChanged("bos", "K1", { revision, name: "refused" }),
    );
  const [, second] = await untilLetters(world, 2, "waiting");
  await takeAgain(world);
  await lettersDone(
    world,
    await askForLetters(world, { topic: TOPIC, partition: 0, toOffset: second?.offset ?? 0 }),
  );
  await until("the first", async () => (await lettersIn(world))[0]?.state === "processed");
  assert.deepEqual(await openMessages(world), ["K1"]);
  await lettersDone(world, await askForLetters(world));
  await untilLetters(world, 2, "processed");
  await until("the message to be closed", async () => (await openMessages(world)).length === 0);
});
