import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { postgresUrl } from "../../../infra/local/stack/postgres-process.ts";
import {
  createPostgresFolder,
  DATABASE,
  ensureOwnDatabase,
  startPostgres,
} from "../../support/own-postgres.ts";
import { errorLines } from "../../support/read-only.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("R4: a password that is replaced or expires in mid-run is asked for anew: no process ends, and work goes on", async (t) => {
  // A server of its own, since roles belong to all databases of one.
  const { folder, group } = await createPostgresFolder(t);
  const server = await startPostgres(group, { dataDir: join(folder, "server") });
  await ensureOwnDatabase(server);
  const world = await createWorld(t, { databaseUrl: postgresUrl(server.port, DATABASE, server.password) });
  const url = new URL(world.environment("simon-projector")["DATABASE_URL"] ?? "");
  const file = join(folder, "password");
  /** Renamed into its place, as secrets are handed to containers. */
  const renew = async (password: string): Promise<void> => {
    await writeFile(`${file}.new`, `${password}\n`);
    await rename(`${file}.new`, file);
  };
  await renew(url.password);
  url.password = "";
  const projector = await world.start("simon-projector", {
    DATABASE_URL: url.href,
    DATABASE_PASSWORD_FILE: file,
  });
  const change = (revision: number): Promise<void> =>
    world.send("customerChanged", "a/K1", customerChanged("a", "K1", { revision, name: `name ${revision}` }));
  const arrives = (revision: number) =>
    until("the row", async () => {
      const { rows } = await world.pool.query("select name from simon.customers where customer_id = 'K1'");
      return rows[0]?.name === `name ${revision}`;
    });
  const endConnections = () =>
    world.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'simon_projector'",
    );
  const refusals = (): number =>
    projector.lines.filter((line) => line.includes("password authentication failed")).length;
  await change(1);
  await arrives(1);

  // Replaced before the file is: what is open goes on, what is opened now waits.
  await world.pool.query("alter role simon_projector password 'second-password'");
  await change(2);
  await arrives(2);
  await endConnections();
  await change(3);
  await until("a refusal", () => refusals() > 0);
  assert.equal((await fetch(`${projector.healthUrl}/health/ready`)).status, 503);
  await renew("second-password");
  await arrives(3);

  // Expired, as a token is that stands for a password.
  const before = refusals();
  await world.pool.query("alter role simon_projector valid until '2020-01-01'");
  await endConnections();
  await change(4);
  await until("a refusal", () => refusals() > before);
  await world.pool.query("alter role simon_projector password 'third-password' valid until 'infinity'");
  await renew("third-password");
  await arrives(4);
  await until("ready", async () => (await fetch(`${projector.healthUrl}/health/ready`)).ok);
  assert.equal((await fetch(`${projector.healthUrl}/health/live`)).status, 200);
  assert.deepEqual(errorLines(projector), []);
});
