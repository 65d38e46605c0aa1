import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SESSION_LIMITS } from "../../../services/shared/domain/session-limits.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import { enterPostgres } from "../../../services/shared/postgres-access.ts";
import { createWorld } from "../../support/world.ts";

test("O39, O57: what holds for a session is set by its role, so that a pooler neither refuses nor loses it", async (t) => {
  const world = await createWorld(t);
  const { DATABASE_URL: url = "" } = world.environment("order-writer");
  const pool = createPool({ url, size: 1, applicationName: "test" });
  t.after(() => pool.end());
  for (const [name, value] of Object.entries(SESSION_LIMITS)) {
    const { rows } = await pool.query<{ stands: string; source: string }>(
      "select current_setting($1) as stands, source from pg_settings where name = $1",
      [name],
    );
    // In the words of the server, which says 1min for 60s.
    const { rows: wanted } = await world.pool.query<{ said: string }>(
      "select set_config($1, $2, true) as said",
      [name, value],
    );
    assert.deepEqual(rows, [{ stands: wanted[0]?.said, source: "user" }], name);
  }
});

test("a login that PostgreSQL refuses is told by its setting, and is no outage; an outage is one", async (t) => {
  const world = await createWorld(t);
  const folder = await mkdtemp(join(tmpdir(), "simon-postgres-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const enter = async (url: string, passwordFile?: string): Promise<void> => {
    const pool = createPool({ url, size: 1, applicationName: "test", passwordFile });
    try {
      await enterPostgres(pool);
    } finally {
      await pool.end();
    }
  };
  const url = new URL(world.databaseUrl);
  await enter(url.href);
  const nobody = new URL(url);
  nobody.username = "nobody_we_know";
  const nowhere = new URL(url);
  nowhere.pathname = "/no_such_database";
  for (const [wrong, told] of [
    [nobody.href, /DATABASE_URL/],
    [nowhere.href, /DATABASE_URL/],
    [`${url.href}?sslmode=verify-full`, /sslmode in DATABASE_URL/],
  ] as const)
    await assert.rejects(enter(wrong), { code: "POSTGRES_ACCESS_REFUSED", message: told });
  const away = new URL(url);
  away.port = "1";
  await assert.rejects(enter(away.href), { code: "POSTGRES_UNAVAILABLE" });

  const role = `by_password_${world.topicPrefix.replace(".", "")}`;
  await world.pool.query(`create role ${role} login password 'right'`);
  const file = join(folder, "password");
  await assert.rejects(enter(url.href, file), { code: "CONFIG_INVALID", message: /DATABASE_PASSWORD_FILE/ });
  // What stands in the address does not count, whether there is something or nothing.
  for (const inAddress of ["", "stale"]) {
    const other = new URL(url);
    [other.username, other.password] = [role, inAddress];
    await writeFile(file, "wrong\n");
    await assert.rejects(enter(other.href, file), {
      code: "POSTGRES_ACCESS_REFUSED",
      message: /DATABASE_PASSWORD_FILE/,
    });
    await writeFile(file, "right\n");
    await enter(other.href, file);
  }
  await world.pool.query(`drop role ${role}`);
});
