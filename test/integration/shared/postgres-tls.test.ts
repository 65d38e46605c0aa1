import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "../../../infra/local/processes/run-command.ts";
import { customerChanged } from "../../support/records.ts";
import { startTlsPostgres } from "../../support/tls-postgres.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

/** What the product promises: a start that cannot succeed is over by then. */
const ENDS_WITHIN_MS = 10_000;

test("O39: by TLS, checked in full, everything works; a wrong authority, name or file ends the start with one line", async (t) => {
  const { databaseUrl, wrongCaFile } = await startTlsPostgres(t);
  const world = await createWorld(t, { databaseUrl });
  const projector = await world.start("simon-projector");
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", { revision: 1, name: "Vos" }));
  await until("the row", async () => {
    const { rowCount } = await world.pool.query("select from simon.customers where name = 'Vos'");
    return rowCount === 1;
  });
  const { rows } = await world.pool.query<{ ssl: boolean }>(
    `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid)
     where datname = current_database() and backend_type = 'client backend'`,
  );
  assert.deepEqual(rows, [{ ssl: true }]);
  await projector.stop();

  const environment = world.environment("simon-projector");
  const wrong = (change: (url: URL) => void): string => {
    const url = new URL(environment["DATABASE_URL"] ?? "");
    change(url);
    return url.href;
  };
  const starts = {
    "a wrong authority": wrong((url) => url.searchParams.set("sslrootcert", wrongCaFile)),
    "another name": wrong((url) => {
      url.hostname = "localhost";
    }),
    "no such file": wrong((url) => url.searchParams.set("sslrootcert", `${wrongCaFile}.missing`)),
  };
  for (const [what, url] of Object.entries(starts)) {
    const startedAt = Date.now();
    const result = await runCommand({
      command: process.execPath,
      args: ["services/simon-projector/main.ts"],
      env: { PATH: process.env["PATH"], ...environment, DATABASE_URL: url },
    });
    assert.equal(result.kind === "ended" && result.exitCode, 1, what);
    assert.ok(Date.now() - startedAt < ENDS_WITHIN_MS, what);
    const lines = result.kind === "ended" ? result.output.split("\n") : [];
    const errors = lines.filter((line) => line.includes('"level":50'));
    assert.equal(errors.length, 1, `${what}: ${lines.join("\n")}`);
    assert.match(errors[0] ?? "", /sslrootcert.*DATABASE_URL.*service_start_failed/, what);
  }
});
