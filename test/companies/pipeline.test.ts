import assert from "node:assert/strict";
import { test } from "node:test";
import { PRINCIPALS as SERVICES } from "../../infra/deploy/rights.ts";
import { consoleSettings } from "../support/all-services.ts";
import { type Company, startCompany } from "../support/company.ts";
import { assertFlow, type RunningPipeline } from "../support/pipeline-flow.ts";
import { type Load, repeatedly } from "../support/repeatedly.ts";
import type { RunningService, ServiceName } from "../support/running-service.ts";
import { until } from "../support/until.ts";

/** A wrong setting ends a start within so long. */
const TOLD_WITHIN_MS = 10_000;
/** Between two rounds of the load. */
const ROUND_MS = 100;
/** First load included, on a machine that is busy. */
const WITHIN_MS = 120_000;

test("O38, O39: the pipeline as companies run it: TLS and logins everywhere, rights of each service's own, a pooler before PostgreSQL", async (t) => {
  const company = await startCompany(t);
  const services = new Map<ServiceName, RunningService>();
  const start = async (
    { world, unit4 }: Pick<RunningPipeline, "world" | "unit4">,
    service: ServiceName,
  ): Promise<void> => {
    const own = service === "console" ? await consoleSettings(t) : { UNIT4_POLLER_INTERVAL_MS: "1000" };
    services.set(service, await world.start(service, { ...unit4, ...own }));
  };
  const pipeline = await assertFlow(t, {
    ...company.options,
    startServices: (world, unit4) => Promise.all(SERVICES.map((service) => start({ world, unit4 }, service))),
  });

  await t.test("every session of a service is by TLS", async () => {
    const { rows } = await pipeline.world.pool.query(
      `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid)
       where datname = current_database() and backend_type = 'client backend' and usename <> current_user`,
    );
    assert.deepEqual(rows, [{ ssl: true }]);
  });

  await t.test("who has no right, or no right password, ends with one line that says what to do", () =>
    assertRefusals(pipeline, TOLD_WITHIN_MS, [
      [
        { KAFKA_SASL_PASSWORD_FILE: "", ...company.kafka.login("pipeline") },
        /our principal lacks a right; `npm run deploy -- --acls`/,
      ],
      [
        { KAFKA_SASL_PASSWORD: "not hers", KAFKA_SASL_PASSWORD_FILE: "" },
        /check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/,
      ],
      [
        { SCHEMA_REGISTRY_PASSWORD: "not hers", SCHEMA_REGISTRY_PASSWORD_FILE: "" },
        /check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD/,
      ],
    ]),
  );

  const load = startLoad(pipeline);
  const more = (what: string) => moreOrders(pipeline, what);

  await t.test("every password becomes another one while orders come in", async () => {
    await more("before");
    await company.changeLogins();
    // Whoever is in stays in for a while: each has to show the new one when it comes again.
    await company.kafka.broker.restart();
    await more("with the new logins to Kafka");
    await assertFormerLoginsAreRefused(company, pipeline);
  });

  await t.test("the pooler is killed and started again while orders come in", async () => {
    await company.pooler.process.kill9();
    await company.pooler.process.restart();
    await more("through the new pooler");
  });

  await t.test("each service is replaced by another process while orders come in", async () => {
    for (const service of SERVICES) {
      const before = services.get(service);
      await start(pipeline, service);
      // None has ended by itself.
      assert.equal(await before?.stop(), 0, service);
      await more(`with another ${service}`);
    }
  });

  await load.stop();
  await assertAccountedFor(pipeline, load.rounds());
});

async function assertRefusals(
  { world }: RunningPipeline,
  withinMs: number,
  refusals: readonly (readonly [Readonly<Record<string, string>>, RegExp])[],
): Promise<void> {
  for (const [wrong, told] of refusals) {
    const begin = performance.now();
    await assert.rejects(world.start("log-sink", wrong), (error: Error) => {
      const lines = error.message.split("\n").filter((line) => told.test(line));
      assert.equal(lines.length, 1, error.message);
      return true;
    });
    assert.ok(performance.now() - begin < withinMs);
  }
}

const assertFormerLoginsAreRefused = (company: Company, pipeline: RunningPipeline): Promise<void> => {
  const [kafka, registry, postgres] = company.formerLogins("log-sink");
  assert.ok(kafka !== undefined && registry !== undefined && postgres !== undefined);
  // Beside the load of this test a start takes longer than one that has the machine for itself.
  return assertRefusals(pipeline, WITHIN_MS, [
    [kafka, /check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/],
    [registry, /check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD/],
    [postgres, /check the .*password.* in DATABASE_URL, or DATABASE_PASSWORD_FILE/],
  ]);
};

/** In each round a workorder is archived and the customer gets another name. */
const startLoad = ({ archive, administration, customerId }: RunningPipeline): Load =>
  repeatedly(ROUND_MS, async (round) => {
    administration.patchCustomer(customerId, { name: `Klant ${round}` });
    await archive(idOf(round));
  });

const idOf = (round: number): string => String(1_000 + round);

async function moreOrders({ administration }: RunningPipeline, what: string): Promise<void> {
  const before = administration.orders.length;
  await until(`orders ${what}`, () => administration.orders.length > before + 20, WITHIN_MS);
}

/** Each workorder of the load, and the one before it, is one order; Simon shows the newest of everything. */
async function assertAccountedFor(pipeline: RunningPipeline, rounds: number): Promise<void> {
  const { world, administration, customerRow, status } = pipeline;
  await until("every order", async () => (await status()).orders?.written === rounds + 1, WITHIN_MS);
  const references = administration.orders.map(({ reference }) => reference);
  assert.equal(references.length, rounds + 1);
  assert.equal(new Set(references).size, rounds + 1);
  await until("the last name", async () => (await customerRow())?.name === `Klant ${rounds}`, WITHIN_MS);
  await until("no lag", async () => (await status()).lags.every((lag) => lag === 0), WITHIN_MS);
  const { rows } = await world.pool.query<{ outcome: string; count: number }>(
    "select outcome, count(*)::int as count from simon.workorder_outcomes group by outcome order by outcome",
  );
  assert.deepEqual(rows, [
    { outcome: "refused", count: 1 },
    { outcome: "skipped", count: 1 },
    { outcome: "written", count: rounds + 1 },
  ]);
  assert.equal((await world.records("deadLetter")).length, 0);
}
