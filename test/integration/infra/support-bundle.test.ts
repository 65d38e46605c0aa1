import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import { DEMO_ACCOUNTS } from "../../../infra/sandbox/identity/demo-accounts.ts";
import { DEMO_ADMINISTRATIONS } from "../../../infra/sandbox/multivers/administration/demo-administrations.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { RELEASE } from "../../../services/shared/release.ts";
import { fillEveryPlace, NAME } from "../../support/named-tenant.ts";
import { ops } from "../../support/ops.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { createWorld, type World } from "../../support/world.ts";

const newFile = (): string => join(mkdtempSync(join(tmpdir(), "bundle-")), "bundle.json");

/** Every text that a person or a company put in: columns of all schemas whose values are no words of ours. */
const FROM_OUTSIDE = `
  select tenant_id as text from integration.tenants union select name from integration.tenants
  union select administration from integration.tenants union select connected_by from integration.connections
  union select saved_by from integration.settings_versions union select subject from integration.users
  union select name from integration.users union select email from integration.users
  union select instance from integration.instances
  union select customer_id from simon.customers union select name from simon.customers
  union select article_id from simon.articles union select description from simon.articles
  union select name from simon.work_addresses union select workorder_id from simon.workorders
  union select customer_name from simon.workorders union select workorder_id from order_writer.orders
  union select reference from order_writer.orders
  union select record_id from log.messages union select record_name from log.messages
  union select detail from log.dead_letters union select name from integration.operations
  union select reason from integration.operations union select requested_by from integration.operations`;

async function fillPeople({ pool }: World): Promise<void> {
  for (const { user, name, tenant } of DEMO_ACCOUNTS) {
    if (tenant !== null)
      await pool.query(
        "insert into integration.tenants (tenant_id, name) values ($1, $2) on conflict do nothing",
        [tenant.tenantId, tenant.name],
      );
    await pool.query(
      `insert into integration.users (issuer, subject, name, email, role, tenant_id, managed_by)
       values ('https://login.example', $1, $2, $3, $4, $5, 'operator')`,
      [user, name, `${user}@example.test`, tenant === null ? "operator" : "user", tenant?.tenantId ?? null],
    );
  }
  await pool.query(
    `insert into integration.operations (kind, name, reason, wish, requested_by, state, failure)
     values ('replay', $1, $1, '{}', $1, 'failed', jsonb_build_object('code', 'OPERATION_FAILED', 'message', $1::text))`,
    [`${NAME} mist klanten`],
  );
  await pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
       occurrence_count, first_at, last_at) values ('bos', $1, 'error', 'customer', 'K1', $1, '{}', $1, '', 1, now(), now())`,
    [`NOT_${NAME.toUpperCase()}`],
  );
  await pool.query(
    `insert into unit4_poller.schedules (tenant_id, epoch, failures, failing_since) values ('bos', 1, 3, now())
     on conflict (tenant_id) do update set failures = 3, failing_since = now()`,
  );
}

test("a support bundle has what an engineer asks first, and nothing personal", async (t) => {
  const world = await createWorld(t);
  await activateTenant(world.pool, {
    ...{ tenantId: "bos", name: "Garage Bos", administration: "MVL00077", by: "anja@example.test" },
    settings: settingsSchema.parse({}),
  });
  await world.start("simon-projector");
  await world.start("log-sink");
  await fillEveryPlace(world);
  await fillPeople(world);

  const file = newFile();
  const made = await ops(world, "support-bundle", "--to", file);
  assert.equal(made.exitCode, 0, made.err);
  assert.match(made.out, /Tenants in it[\s\S]*1 {2}bos/);
  assert.equal(statSync(file).mode & 0o077, 0, "nobody else on the machine reads it");
  const text = readFileSync(file, "utf8");
  const bundle = JSON.parse(text);

  assert.equal(bundle.versions.tool, RELEASE);
  const services = bundle.versions.instances.map(({ service }: { service: string }) => service);
  assert.deepEqual(services, ["log-sink", "simon-projector"]);
  assert.ok(bundle.versions.migrations.length > 4);
  assert.deepEqual(bundle.kafka.lag.map(({ group }: { group: string }) => group).sort(), [
    "log-sink",
    "order-writer",
    "simon-projector",
    "workorder-archived",
  ]);
  const countOf = (kind: string, state: string) =>
    bundle.states[kind].find((one: { state: string }) => one.state === state)?.count;
  assert.equal(countOf("orders", "written"), 1);
  assert.equal(countOf("operations", "failed"), 1);
  assert.equal(countOf("customers", "active"), 1);
  const codes = bundle.errors.messages.map(({ code }: { code: string }) => code);
  assert.ok(codes.includes("ORDER_REFUSED") && codes.includes("other"), codes.join());
  assert.equal(bundle.errors.operations[0].code, "OPERATION_FAILED");
  const reasons = bundle.errors.deadLetters.map(({ reason }: { reason: string }) => reason);
  assert.deepEqual(reasons.sort(), ["BODY_UNREADABLE", "WRONG_MAGIC"]);
  assert.deepEqual(
    bundle.troubledTenants.map(({ tenant }: { tenant: number }) => tenant),
    [1],
  );

  const { rows } = await world.pool.query<{ text: string | null }>(FROM_OUTSIDE);
  const secrets = [world.databaseUrl, new URL(world.databaseUrl).password, world.brokers, world.topicPrefix];
  const people = DEMO_ACCOUNTS.flatMap(({ user, name, tenant }) => [user, name, tenant?.name ?? name]);
  const administrations = DEMO_ADMINISTRATIONS.flatMap(({ database, name }) => [database, name]);
  const words = [...rows.map((row) => row.text ?? ""), ...secrets, ...people, ...administrations, NAME];
  const personal = words.filter((word) => word !== "");
  assert.ok(personal.length > 40);
  assert.deepEqual(
    personal.filter((word) => standsIn(text, word)),
    [],
  );
});

/** As a word of its own: three letters of a name may well be a part of another word. */
function standsIn(text: string, word: string): boolean {
  const pattern = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z0-9])${pattern}(?![A-Za-z0-9])`, "i").test(text);
}

test("a bundle is made while Kafka is away, and says so without a text", async (t) => {
  const world = await createWorld(t);
  const file = newFile();
  const made = await ops({ ...world, brokers: "127.0.0.1:9" }, "support-bundle", "--to", file);
  assert.equal(made.exitCode, 0, made.err);
  const { kafka, postgres } = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(kafka.lag, { unavailable: "KAFKA_UNAVAILABLE" });
  assert.equal(typeof postgres.version, "string");
  assert.equal((await ops(world, "support-bundle", "--to", file)).exitCode, 1, "it is not written over");
});

test("the page about support bundles says what to type", async (t) => {
  const world = await createWorld(t);
  for (const command of runbookCommands("send-a-support-bundle"))
    assert.match(await typed(command, world), /support-bundle\.json is written/);
});
