import assert from "node:assert/strict";
import { test } from "node:test";
import type { CustomerChanged } from "../../../schemas/records.ts";
import type { Publisher } from "../../../services/shared/kafka/producer.ts";
import { rememberSchemas } from "../../support/lost-database.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { until } from "../../support/until.ts";

test("O61: a scan that is resumed draws a new revision, so what a frozen poller publishes late is older", async (t) => {
  const { world, erp, turn, round, news } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "large", size: 350 },
    { database: "MVL00002", portalUser: "bos", size: "empty" },
  ]);
  const administration = erp.multivers.administration("MVL00001");
  await erp.connect({ tenantId: "large", database: "MVL00001" });
  await erp.connect({ tenantId: "bos", database: "MVL00002" });
  // The first page is stored; the next turn goes on with the second one.
  await turn("large", { turnPages: 1, waiting: "bos" });

  const { late, isFrozen, thaw } = frozenPublisher(world.publisher);
  const first = turn("large", { publisher: late });
  await until("the first one to be frozen", isFrozen);

  const changed = administration.customersById[150]?.customerId ?? "";
  administration.putCustomer({ customerId: changed, name: "Hotel De Linde BV", customerStateId: "P" });
  await world.pool.query("update unit4_poller.schedules set lease_until = '-infinity'");
  await round("large");
  thaw();
  await first;

  const seen = (await news("large")).customers.filter(({ customerId }) => customerId === changed);
  assert.equal(seen.length, 2);
  const [newest] = seen.toSorted((one, other) => other.revision - one.revision);
  assert.equal(newest?.customer?.name, "Hotel De Linde BV");
  assert.notEqual(seen[0]?.revision, seen[1]?.revision);
});

test("O53: two pollers that both believe in their lease leave the newest last on the topic", async (t) => {
  const { world, erp, turn, round } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "vos", size: "small" },
  ]);
  const administration = erp.multivers.administration("MVL00001");
  await erp.connect({ tenantId: "vos", database: "MVL00001" });
  await round("vos");
  const customerId = administration.customersById[0]?.customerId ?? "";

  administration.putCustomer({ customerId, name: "Third" });
  const { late, isFrozen, thaw } = frozenPublisher(world.publisher);
  const first = turn("vos", { publisher: late });
  await until("the first one to be frozen", isFrozen);
  administration.putCustomer({ customerId, name: "Fourth" });
  await world.pool.query("update unit4_poller.schedules set lease_until = '-infinity'");
  await round("vos");
  thaw();
  await first;
  const names = async (): Promise<readonly (string | undefined)[]> =>
    (await world.records<CustomerChanged>("customerChanged"))
      .filter(({ key }) => key === `vos/${customerId}`)
      .map(({ value }) => value?.customer?.name);
  assert.deepEqual((await names()).slice(1), ["Fourth", "Third"]);

  await world.start("simon-projector");
  await until("the newest to be last", async () => (await names()).at(-1) === "Fourth");
});

/** A publisher that is frozen before it sends, until it thaws. */
function frozenPublisher(publisher: Publisher) {
  const { promise: frozen, resolve: thaw } = Promise.withResolvers<void>();
  let isFrozen = false;
  const late: Publisher = {
    publish: async (records) => {
      isFrozen = true;
      await frozen;
      await publisher.publish(records);
    },
    close: async () => {},
  };
  return { late, isFrozen: () => isFrozen, thaw };
}

test("O27: after a backup was put back a change is newer than whatever was published in the stretch that is lost", async (t) => {
  const { world, erp, round, news } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "vos", size: "small" },
  ]);
  const administration = erp.multivers.administration("MVL00001");
  await erp.connect({ tenantId: "vos", database: "MVL00001" });
  await round("vos");
  const { putBack } = await rememberSchemas(world, ["unit4_poller"]);
  const customerId = administration.customersById[0]?.customerId ?? "";
  const revision = async () =>
    Math.max(
      ...(await news("vos")).customers
        .filter((one) => one.customerId === customerId)
        .map((one) => one.revision),
    );
  administration.putCustomer({ customerId, name: "In the lost stretch" });
  await round("vos");
  const lost = await revision();
  await putBack();
  await world.pool.query("select setval('unit4_poller.revisions', 1)");
  administration.putCustomer({ customerId, name: "After it" });
  await round("vos");
  assert.ok((await revision()) > lost);
});
