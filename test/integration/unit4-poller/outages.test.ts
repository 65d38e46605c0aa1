import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../services/shared/domain/failure.ts";
import type { Publisher } from "../../../services/shared/kafka/producer.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { until } from "../../support/until.ts";

const JSON_TYPE = { "content-type": "application/json" };
const MAINTENANCE = "<!DOCTYPE html><title>Onderhoud</title><p>Even geduld</p>";

test("when Unit4 gives no usable answer", async (t) => {
  const { world, erp, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "linde", size: 40 },
    { database: "MVL00002", portalUser: "bos", size: 40 },
  ]);
  const { multivers } = erp;
  const linde = multivers.administration("MVL00001");
  const list = JSON.stringify(linde.customersById);
  await erp.connect({ tenantId: "linde", database: "MVL00001" });
  await round("linde");
  await news("linde");

  const ANSWERS = [
    { what: "an HTML page", answer: { headers: { "content-type": "text/html" }, body: MAINTENANCE } },
    { what: "no bytes", answer: { headers: JSON_TYPE, body: "" } },
    {
      what: "an array cut off after 1,000 bytes",
      answer: { headers: JSON_TYPE, body: list.slice(0, 1_000) },
    },
    { what: "something other than a list", answer: { headers: JSON_TYPE, body: "{}" } },
    { what: "status 503", answer: { status: 503, body: "" } },
  ];
  let lastDueInMs = 0;
  for (const [index, { what, answer }] of ANSWERS.entries())
    await t.test(
      `O17: ${what} for a list fails the scan: nothing is gone, and it is tried again, later each time`,
      async () => {
        multivers.intercept = ({ path }) => (path.endsWith("/CustomerInfoList") ? answer : null);
        const snapshot = await snapshotOf("linde");
        await turn("linde");
        multivers.intercept = null;
        const { failures, dueInMs } = await schedule("linde");
        assert.equal(failures, index + 1);
        assert.ok(dueInMs > lastDueInMs, `tried again in ${dueInMs} ms, after ${lastDueInMs} ms`);
        lastDueInMs = dueInMs;
        const { customers, articles, messages } = await news("linde");
        assert.deepEqual([...customers, ...articles], []);
        assert.deepEqual(await snapshotOf("linde"), snapshot);
        const codes = messages.map(({ code }) => code);
        assert.deepEqual(codes, index === 1 ? ["UNIT4_UNAVAILABLE"] : [], "told once, when it has lasted");
        assert.ok(!JSON.stringify(messages).includes("Onderhoud"));
      },
    );

  await t.test("O17: the end of the outage is told, and nothing had changed", async () => {
    await round("linde");
    const { customers, messages } = await news("linde");
    assert.deepEqual(customers, []);
    assert.deepEqual(
      messages.map(({ code, closes }) => [code, closes]),
      [["UNIT4_AVAILABLE", ["UNIT4_UNAVAILABLE"]]],
    );
    assert.equal((await schedule("linde")).failures, 0);
  });

  await t.test("O17: a list behind a byte order mark is read normally", async () => {
    const [first, ...rest] = linde.customersById;
    const body = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(JSON.stringify([{ ...first, name: "Met merk" }, ...rest])),
    ]);
    multivers.intercept = ({ path }) =>
      path.endsWith("/CustomerInfoList") ? { headers: JSON_TYPE, body } : null;
    await round("linde");
    multivers.intercept = null;
    assert.deepEqual(
      (await news("linde")).customers.map(({ customer }) => customer?.name),
      ["Met merk"],
    );
  });

  await t.test(
    "O18: Unit4's wish to be left alone is kept, told when it is long, and is the tenant's own",
    async () => {
      await erp.connect({ tenantId: "bos", database: "MVL00002" });
      multivers.intercept = ({ database }) =>
        database === "MVL00001" ? { status: 429, headers: { "retry-after": "86400" } } : null;
      await turn("linde");
      const asked = multivers.requests.length;
      const { dueInMs, failures } = await schedule("linde");
      assert.ok(Math.abs(dueInMs - 86_400_000) < 60_000, `due in ${dueInMs} ms`);
      assert.equal(failures, 0, "it is no fault");
      assert.deepEqual(
        (await news("linde")).messages.map(({ code }) => code),
        ["UNIT4_ASKED_TO_WAIT"],
      );
      await assert.rejects(turn("linde"), /cannot be leased/, "parked, even if its turn had come");
      await round("bos");
      multivers.intercept = null;
      assert.ok(multivers.requests.slice(asked).every(({ database }) => database !== "MVL00001"));
      assert.equal((await news("bos")).customers.length, 40);
      await world.pool.query("update integration.connections set parked_until = null");
    },
  );

  await t.test("M14: changes that Kafka did not acknowledge are published at the next turn", async () => {
    const bos = multivers.administration("MVL00002");
    await news("bos");
    bos.putCustomer({ customerId: "K1" });
    const broken = new Failure("KAFKA_UNAVAILABLE", "no broker answers");
    const away: Publisher = { publish: () => Promise.reject(broken), close: async () => {} };
    await assert.rejects(turn("bos", { publisher: away }), broken);
    assert.equal((await schedule("bos")).outcome, "broken");
    assert.deepEqual((await news("bos")).customers, []);
    await round("bos");
    assert.deepEqual(
      (await news("bos")).customers.map((event) => event.customerId),
      ["K1"],
    );
  });

  await t.test(
    "M14: a turn whose lease was taken over writes nothing; the next one publishes what it saw",
    async () => {
      const bos = multivers.administration("MVL00002");
      const snapshot = await snapshotOf("bos");
      bos.putCustomer({ customerId: "K2" });
      const takeOver =
        "update unit4_poller.schedules set lease_token = lease_token + 1 where tenant_id = 'bos'";
      const stealing: Publisher = {
        publish: async (records) => {
          await world.publisher.publish(records);
          await world.pool.query(takeOver);
        },
        close: async () => {},
      };
      await turn("bos", { publisher: stealing });
      assert.deepEqual(await snapshotOf("bos"), snapshot);
      assert.ok((await schedule("bos")).isLeased, "nor does it end the other's lease");
      await world.pool.query("update unit4_poller.schedules set lease_until = '-infinity'");
      await round("bos");
      const revisions = (await news("bos")).customers.map(
        ({ customerId, revision }) => [customerId, revision] as const,
      );
      assert.deepEqual(
        revisions.map(([id]) => id),
        ["K2", "K2"],
      );
      assert.ok((revisions[0]?.[1] ?? 0) < (revisions[1]?.[1] ?? 0));
    },
  );

  await t.test(
    "O25: rights that were taken away are told once, tried again in half an hour, and told when they are back",
    async () => {
      await turn("bos");
      await news("bos");
      multivers.intercept = ({ database }) => (database === "MVL00002" ? { status: 403 } : null);
      await turn("bos");
      await turn("bos");
      multivers.intercept = null;
      const { dueInMs } = await schedule("bos");
      assert.ok(Math.abs(dueInMs - 1_800_000) < 60_000, `due in ${dueInMs} ms`);
      assert.deepEqual(
        (await news("bos")).messages.map(({ code, params }) => [code, params["administration"]]),
        [["ADMINISTRATION_FORBIDDEN", "MVL00002"]],
      );
      await round("bos");
      assert.deepEqual(
        (await news("bos")).messages.map(({ code, closes }) => [code, closes]),
        [["CONNECTION_RESTORED", ["ADMINISTRATION_FORBIDDEN"]]],
      );
    },
  );

  async function snapshotOf(tenantId: string) {
    const { rows } = await world.pool.query(
      "select entity, revision, row_count, md5(rows) as rows from unit4_poller.snapshots where tenant_id = $1 order by entity",
      [tenantId],
    );
    return rows;
  }
});

test("M11: stopped or killed in the middle of a first load, the poller goes on where it was and leaves nobody out", async (t) => {
  const { world, erp, news } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "noord", size: 6_000 },
  ]);
  const noord = erp.multivers.administration("MVL00001");
  erp.multivers.intercept = ({ path }) => (path.endsWith("InfoList") ? { delayMs: 40 } : null);
  const settings = {
    ...erp.environment,
    UNIT4_POLLER_INTERVAL_MS: "1000",
    UNIT4_POLLER_PAGE_ROWS: "200",
    UNIT4_POLLER_LEASE_MS: "1000",
    UNIT4_POLLER_ADDRESS_BUDGET: "0",
  };
  const progress = async () => {
    const { rows } = await world.pool.query<{ done: number; total: number; isFinished: boolean }>(
      `select done, total, finished_at is not null as "isFinished"
       from unit4_poller.progress where entity = 'customer'`,
    );
    return rows[0] ?? { done: 0, total: 0, isFinished: false };
  };
  const leases = async () =>
    (await world.pool.query("select from unit4_poller.schedules where lease_until <> '-infinity'")).rowCount;
  /** Offset of the first page that is asked for from now on. */
  const offsetFrom = async (asked: number) => {
    const isPage = ({ path, query }: (typeof erp.multivers.requests)[number]) =>
      path.endsWith("CustomerInfoList") && query.get("$top") === "200";
    const request = await until("a page", () => erp.multivers.requests.slice(asked).find(isPage));
    return Number(request.query.get("$skip"));
  };

  const first = await world.start("unit4-poller", settings);
  await erp.connect({ tenantId: "noord", database: "MVL00001" });
  await until("five pages", async () => (await progress()).done >= 1_000);
  assert.equal(await first.stop(), 0);
  assert.equal(await leases(), 0, "a stopped poller holds no lease");
  const stopped = await progress();
  assert.ok(!stopped.isFinished && stopped.total >= 6_000 && stopped.total < 6_200, `total ${stopped.total}`);

  let asked = erp.multivers.requests.length;
  const second = await world.start("unit4-poller", settings);
  assert.equal(await offsetFrom(asked), stopped.done, "it goes on after the last page that was done");
  await until("five pages more", async () => (await progress()).done >= stopped.done + 1_000);
  await second.kill9();
  const killed = await progress();
  assert.ok(!killed.isFinished);

  asked = erp.multivers.requests.length;
  await world.start("unit4-poller", settings);
  assert.equal(await offsetFrom(asked), killed.done);
  await until("the end of the load", async () => (await progress()).isFinished);
  const { customers } = await news("noord");
  assert.deepEqual(new Set(customers.map((event) => event.customerId)), new Set(noord.customers.keys()));
  const { rows } = await world.pool.query(
    "select row_count from unit4_poller.snapshots where entity = 'customer' and tenant_id = 'noord'",
  );
  assert.deepEqual(rows, [{ row_count: 6_000 }]);
});
