import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { refuseRaiseBesideOlder } from "../../../infra/deploy/contract.ts";
import { checkMigrations } from "../../../infra/deploy/migrations.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("a deployment takes nothing away while a process of an earlier release runs, and says which", async (t) => {
  const world = await createWorld(t);
  const migrations = mkdtempSync(join(tmpdir(), "simon-migrations-"));
  t.after(() => rmSync(migrations, { recursive: true, force: true }));
  writeFileSync(join(migrations, "900-expand.sql"), "alter table messages add column more text;\n");
  writeFileSync(
    join(migrations, "901-contract.sql"),
    "-- contract: 99.0.0\nalter table messages drop column more;\n",
  );
  const check = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    await checkMigrations({
      databaseUrl: world.databaseUrl,
      services: [{ schema: "log", migrations }],
      report: (line) => lines.push(line),
    });
    return lines;
  };
  const all = ["migration log/900-expand.sql would run", "migration log/901-contract.sql would run"];
  assert.deepEqual(await check(), all);

  const service = await world.start("log-sink");
  const isRefused = (error: unknown): boolean =>
    isFailure(error, "DEPLOY_FAILED") &&
    /^Migration log\/901-contract\.sql .*log-sink \S+ \(release \d+\.\d+\.\d+\)/.test(error.message) &&
    !error.message.includes("\n");
  await until(
    "its row",
    async () => (await world.pool.query("select from integration.instances")).rowCount === 1,
  );
  await assert.rejects(check, isRefused);
  // One that was killed says nothing for a minute.
  await service.kill9();
  await assert.rejects(check, isRefused);
  await world.pool.query("update integration.instances set seen_at = now() - interval '61 seconds'");
  await until("nobody", async () => (await check().catch(() => [])).length === all.length);

  // Of a release before instances had rows there are sessions.
  await world.pool.query("truncate integration.instances");
  const older = await world.start("log-sink");
  await until("its session", async () => {
    await world.pool.query("truncate integration.instances");
    return check().then(
      () => false,
      (error: unknown) =>
        isFailure(error, "DEPLOY_FAILED") && /log-sink \(of a release before/.test(error.message),
    );
  });
  assert.equal(await older.stop(), 0);
  await until("nobody again", async () => (await check().catch(() => [])).length === all.length);
  assert.equal((await world.pool.query("select from integration.instances")).rowCount, 0);
});

test("L6: no topic gets more partitions while a process runs that does not know of that", async (t) => {
  const { databaseUrl, pool, start } = await createWorld(t);
  const more = new Map([["unit4.order-requested.v1", 48]]);
  await start("log-sink");
  await until("its row", async () => (await pool.query("select from integration.instances")).rowCount === 1);
  await refuseRaiseBesideOlder(databaseUrl, more);
  await pool.query(
    "insert into integration.instances (service, instance, release) values ('order-writer', 'old', '1.0.9')",
  );
  await assert.rejects(refuseRaiseBesideOlder(databaseUrl, more), {
    code: "DEPLOY_FAILED",
    message: /^--partitions needs release 1\.1\.0 .*: order-writer old \(release 1\.0\.9\)\. [^\n]*$/,
  });
  await refuseRaiseBesideOlder(databaseUrl, new Map());
});
