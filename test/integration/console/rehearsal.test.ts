import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { SeenRequest } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { rehearse } from "../../../services/console/rehearsal/acts.ts";
import { createRehearsalLoop } from "../../../services/console/rehearsal/loop.ts";
import {
  findRehearsal,
  ordersElsewhere,
  type Rehearsal,
} from "../../../services/console/rehearsal/queries.ts";
import { settingsOf } from "../../../services/console/settings/domain/settings-draft.ts";
import { createConsoleTelemetry } from "../../../services/console/telemetry.ts";
import type { Part } from "../../../services/shared/service.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { loopContext } from "../../support/loop-context.ts";
import { plain } from "../../support/plain.ts";
import { createSettingsWorld, type SettingsWorld } from "../../support/settings-world.ts";
import { until } from "../../support/until.ts";

const NOORD = { database: "MVL00001", portalUser: "noord", size: 2_300 } as const;

/** A tenant that is ready to rehearse, with the choices of a service company. */
async function readyToRehearse(t: TestContext, size: number = NOORD.size) {
  const settings = await createSettingsWorld(t, [{ ...NOORD, size }]);
  await settings.connectInactive("noord", NOORD.database);
  const office = settings.office("noord");
  await office.change({
    administration: NOORD.database,
    articleGroups: ["10", "Sanitair", "ovg"],
    articleTypes: [0, 2],
  });
  await office.check();
  const rehearsal = () => findRehearsal(settings.pool, "noord");
  return {
    ...settings,
    office,
    rehearsal,
    ended: () =>
      until("the end of the rehearsal", async () => {
        const one = await rehearsal();
        return one === null || one.state === "running" ? null : one;
      }),
  };
}

/** The console's loop; it ends with the test. */
async function startLoop(
  t: TestContext,
  { pool, client }: Pick<SettingsWorld, "pool" | "client">,
): Promise<Part> {
  const loop = createRehearsalLoop(loopContext, {
    pool,
    unit4: client(),
    instance: "test",
    telemetry: createConsoleTelemetry(createTelemetry("test", "silent")),
  });
  await loop.start?.();
  t.after(() => loop.stop());
  return loop;
}

const skippedOf = ({ counts }: Rehearsal, kind: "customers" | "articles") =>
  Object.fromEntries(
    Object.entries(counts[kind].skipped).map(([reason, { count }]) => [reason, count] as const),
  );

const isPage =
  (list: string) =>
  ({ path, query }: SeenRequest): boolean =>
    path.endsWith(list) && query.get("$top") === "1000";

const offsets = (requests: readonly SeenRequest[], list: string): readonly string[] =>
  requests.filter(isPage(list)).map(({ query }) => query.get("$skip") ?? "");

test("A10: a rehearsal counts exactly what comes over afterwards, and says what does not and why", async (t) => {
  const ready = await readyToRehearse(t);
  const { world, erp, office, ended } = ready;
  const begun = await rehearse(office.visit, false);
  assert.equal(begun.kind === "rehearsal" && begun.rehearsal.state, "running");
  await startLoop(t, ready);
  const done = await ended();
  assert.equal(done.state, "done");
  assert.deepEqual(offsets(erp.multivers.requests, "ProductInfoList"), ["0", "1000", "2000", "2300"]);

  const draft = await office.draft();
  const settings = settingsOf(draft);
  assert.ok(settings !== null);
  await activateTenant(world.pool, {
    tenantId: "noord",
    name: "Noord",
    administration: NOORD.database,
    settings,
    by: "test",
  });
  await world.start("simon-projector");
  await world.start("unit4-poller", { ...erp.environment, UNIT4_POLLER_ADDRESS_BUDGET: "0" });
  const rowsIn = async (table: string) => {
    const { rows } = await world.pool.query<{ state: string; count: number }>(
      `select state, count(*)::integer as count from simon.${table} where tenant_id = 'noord' group by state`,
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  };
  const { multivers } = erp;
  const administration = multivers.administration(NOORD.database);
  const customers = skippedOf(done, "customers");
  const articles = skippedOf(done, "articles");
  assert.ok((articles["group-not-chosen"] ?? 0) > 0 && (articles["type-not-chosen"] ?? 0) > 0);
  assert.equal(done.counts.customers.over + sum(customers), administration.customers.size);
  assert.equal(done.counts.articles.over + sum(articles), administration.products.size);
  const expected = (over: number, skipped: Readonly<Record<string, number>>) => ({
    active: over,
    ...(skipped["inactive"] === undefined ? {} : { inactive: skipped["inactive"] }),
    ...(skipped["unknown-state"] === undefined ? {} : { unknown: skipped["unknown-state"] }),
  });
  await until("both first loads", async () => {
    const { rowCount } = await world.pool.query(
      "select from unit4_poller.progress where tenant_id = 'noord' and finished_at is not null",
    );
    return rowCount === 2;
  });
  const expectedCustomers = expected(done.counts.customers.over, customers);
  const expectedArticles = expected(done.counts.articles.over, articles);
  await until("the rows", async () => {
    const [one, other] = [await rowsIn("customers"), await rowsIn("articles")];
    return sum(one) >= sum(expectedCustomers) && sum(other) >= sum(expectedArticles);
  });
  assert.deepEqual(await rowsIn("customers"), expectedCustomers);
  assert.deepEqual(await rowsIn("articles"), expectedArticles);
  assert.ok(
    done.counts.articles.skipped["unknown-state"]?.examples.includes(
      plain("RAAR-9 Artikel met een onbekende status"),
    ),
  );
});

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

test("A10: a rehearsal that was stopped goes on where it was, in any process, and reads no page twice", async (t) => {
  const ready = await readyToRehearse(t);
  const { erp, office, rehearsal, ended } = ready;
  erp.multivers.intercept = (request) => (isPage("List")(request) ? { delayMs: 100 } : null);
  await rehearse(office.visit, false);
  const first = await startLoop(t, ready);
  await until("a page", async () => ((await rehearsal())?.cursor.skip ?? 0) >= 1_000);
  await first.stop();
  assert.equal((await rehearsal())?.state, "running");
  await Promise.all([startLoop(t, ready), startLoop(t, ready)]);
  const done = await ended();
  assert.equal(done.counts.customers.over + sum(skippedOf(done, "customers")), 2_300);
  assert.deepEqual(offsets(erp.multivers.requests, "CustomerInfoList"), ["0", "1000", "2000", "2300"]);
  assert.deepEqual(offsets(erp.multivers.requests, "ProductInfoList"), ["0", "1000", "2000", "2300"]);
});

test("A10: a changed choice ends the rehearsal, also while a page is read, and the next one counts anew", async (t) => {
  const ready = await readyToRehearse(t, 60);
  const { erp, office, rehearsal, ended } = ready;
  await rehearse(office.visit, false);
  const asked = erp.multivers.requests.length;
  erp.multivers.intercept = (request) => (isPage("List")(request) ? { delayMs: 300 } : null);
  await startLoop(t, ready);
  await until("a page to be asked for", () => erp.multivers.requests.slice(asked).some(isPage("List")));
  await office.change({ articleGroups: [] });
  assert.equal(await rehearsal(), null);
  assert.equal((await rehearse(office.visit, false)).kind, "not-checked");
  await office.check();
  await rehearse(office.visit, false);
  const done = await ended();
  assert.equal(skippedOf(done, "articles")["group-not-chosen"], undefined);
  assert.equal(done.counts.customers.over + sum(skippedOf(done, "customers")), 60);
  await office.change({ filterWord: "garantie" });
  assert.deepEqual((await rehearsal())?.counts, done.counts, "what does not decide over it leaves it be");
});

test("A10, O25: a rehearsal that Unit4 does not answer says why, and goes on where it was when asked again", async (t) => {
  const ready = await readyToRehearse(t);
  const { world, erp, office, ended } = ready;
  const { multivers } = erp;
  await rehearse(office.visit, false);
  multivers.intercept = ({ path, query }) =>
    path.endsWith("ProductInfoList") && query.get("$skip") === "1000" ? { status: 503 } : null;
  await startLoop(t, ready);
  const failed = await ended();
  assert.deepEqual(
    [failed.state, failed.failure],
    ["failed", { code: "UNIT4_AWAY", params: { reason: "HTTP_503" } }],
  );
  assert.equal((await rehearse(office.visit, false)).kind, "rehearsal");
  assert.equal((await ended()).state, "failed", "looking at it does not begin it again");

  multivers.intercept = null;
  const asked = multivers.requests.length;
  await rehearse(office.visit, true);
  const done = await ended();
  assert.deepEqual([done.state, done.failure], ["done", null]);
  assert.deepEqual(offsets(multivers.requests.slice(asked), "CustomerInfoList"), []);
  assert.deepEqual(offsets(multivers.requests.slice(asked), "ProductInfoList"), ["1000", "2000", "2300"]);
  assert.equal(done.counts.articles.over + sum(skippedOf(done, "articles")), 2_300);

  await world.pool.query(
    "update integration.rehearsals set state = 'failed', changed_at = now() - interval '2 hours'",
  );
  const late = await rehearse(office.visit, true);
  assert.ok(late.kind === "rehearsal" && late.rehearsal.cursor.skip === 0, "an old one begins anew");
});

test("O28: before saving, the office sees how many orders do not go along to the administration that is chosen", async (t) => {
  const { world, office } = await readyToRehearse(t, 10);
  const order = (workorderId: string, administration: string, state: string) =>
    world.pool.query(
      `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at)
       values ('noord', $1, $1, '10001', jsonb_build_object('administration', $2::text), $3,
         case $3 when 'refused' then 'infinity'::timestamptz else now() end, now())`,
      [workorderId, administration, state],
    );
  await order("1", "MVL00042", "waiting");
  await order("2", "MVL00042", "unknown");
  await order("3", "MVL00042", "refused");
  await order("4", NOORD.database, "waiting");
  await order("5", "", "waiting");
  const elsewhere = await office.visit.inTenant((tx) => ordersElsewhere(tx, "noord", NOORD.database));
  assert.deepEqual(elsewhere, [{ administration: "MVL00042", count: 2 }]);
});
