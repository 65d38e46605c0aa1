import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { postgresUrl } from "../../../infra/local/stack/postgres-process.ts";
import { putBackBackup, takeBackup } from "../../support/base-backup.ts";
import {
  createPostgresFolder,
  DATABASE,
  ensureOwnDatabase,
  startPostgres,
} from "../../support/own-postgres.ts";
import { workorderArchived } from "../../support/records.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TENANT = { tenantId: "a", database: "MVL00042" };
test("R4, O27: a backup that is put back by its page: 40 more orders are written once each, and Simon's rows are right again", async (t) => {
  const { folder, group } = await createPostgresFolder(t);
  const server = await startPostgres(group, { dataDir: join(folder, "server") });
  await ensureOwnDatabase(server);
  const world = await createWorld(t, {
    databaseUrl: postgresUrl(server.port, DATABASE, server.password),
    // As many as a deployment makes, or a multiple.
    partitions: 12,
  });
  const unit4 = await createUnit4World(t, world, [
    { database: TENANT.database, portalUser: TENANT.tenantId, size: "small" },
  ]);
  await unit4.connect({
    ...TENANT,
    settings: {
      articleTypes: [0, 1, 2, 3, 4],
      workArticle: { articleId: "ARBEID", articleType: 0, quantityScale: 2 },
    },
  });
  const administration = unit4.multivers.administration(TENANT.database);
  const start = () =>
    Promise.all([
      world.start("unit4-poller", {
        ...unit4.environment,
        UNIT4_POLLER_INTERVAL_MS: "2000",
      }),
      world.start("simon-projector"),
      world.start("workorder-archived"),
      world.start("order-writer", {
        ...unit4.environment,
        ...{ ORDER_WRITER_QUARANTINE_MS: "1500", ORDER_WRITER_LOOKUP_PAUSE_MS: "300" },
        ...{ ORDER_WRITER_SENDING_MS: "2000", ORDER_WRITER_LEASE_MARGIN_MS: "1000" },
      }),
      world.start("log-sink"),
    ]);
  const namesOf = async (): Promise<ReadonlyMap<string, string>> => {
    const { rows } = await world.pool.query<{ id: string; name: string }>(
      "select customer_id as id, name from simon.customers where tenant_id = 'a'",
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  };
  const isSimonRight = async (): Promise<boolean> => {
    const names = await namesOf();
    return [...administration.customers.values()].every(
      ({ customerId, name }) => names.get(customerId) === name,
    );
  };
  const archive = async (from: number, to: number): Promise<void> => {
    for (let id = from; id < to; id += 1)
      await world.send(
        "workorderArchived",
        `a/${id}`,
        workorderArchived("a", String(id), { customerId: active[0] ?? "", materials: [] }),
      );
  };
  const writtenAre = (count: number) =>
    until(`${count} written workorders in Simon`, async () => {
      const { rows } = await world.pool.query<{ count: number }>(
        "select count(*)::int as count from order_writer.orders where state = 'written' and published_at is not null",
      );
      return rows[0]?.count === count;
    });
  const active = [...administration.customers.values()]
    .filter(({ customerStateId }) => customerStateId === "A")
    .map(({ customerId }) => customerId);
  const [first = "", second = "", third = ""] = active;
  assert.ok(third !== "");

  const before = await start();
  await until("the first load", async () => {
    const { rows } = await world.pool.query("select from simon.articles where tenant_id = 'a'");
    return rows.length === administration.products.size && (await isSimonRight());
  });
  await archive(0, 5);
  await writtenAre(5);
  await takeBackup(server, join(folder, "backup"));
  await archive(5, 45);
  await writtenAre(45);
  administration.patchCustomer(first, { name: "After the backup" });
  administration.patchCustomer(second, { name: "After the backup, once" });
  await until("the changes", isSimonRight);

  await Promise.all(before.map((service) => service.stop()));
  await putBackBackup(server, join(folder, "backup"));
  administration.patchCustomer(second, { name: "While it was down" });
  assert.notEqual((await namesOf()).get(first), "After the backup");
  const [deploy, status, ...others] = runbookCommands("restore-a-backup");
  assert.ok(deploy !== undefined && status !== undefined);
  assert.deepEqual(others, []);
  assert.match(await typed(deploy, world), /deploy finished/);
  const after = await start();
  await writtenAre(45);
  await until("Simon's rows", isSimonRight);
  administration.patchCustomer(third, { name: "Afterwards" });
  await archive(45, 50);
  await writtenAre(50);
  await until("Simon's rows", isSimonRight);

  assert.equal(administration.orders.length, 50);
  assert.equal(await after[3].metric("simon_database_went_back_total"), 1);
  await until("no lag", async () => {
    const told = await typed(`${status} --json`, world);
    const { consumerGroups } = JSON.parse(told.slice(told.indexOf("{"))) as {
      readonly consumerGroups: readonly { readonly lag: number }[];
    };
    return consumerGroups.length === 4 && consumerGroups.every(({ lag }) => lag === 0);
  });
  // Of no workorder is anything told but that it was written.
  await until("what was told of each order", async () => {
    const { rows } = await world.pool.query(
      "select code, count(*)::int as count from log.messages where record_table = 'workorder' group by code",
    );
    return rows.length === 1 && rows[0].code === "ORDER_WRITTEN" && rows[0].count === 50;
  });
});
