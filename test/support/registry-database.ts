import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { createPool, type Pool } from "../../services/shared/postgres.ts";

const FOLDER = new URL("../../services/console/migrations/", import.meta.url);
const MIGRATIONS = readdirSync(FOLDER)
  .toSorted()
  .map((file) => new URL(file, FOLDER));

/** A database with the tenant registry alone; it is left behind when the test stack ends. */
export type RegistryDatabase = {
  /** A pool of its own, as another process has one; it ends with the test. */
  pool(): Pool;
  addTenant(tenantId: string): Promise<void>;
};

/** Makes one on the PostgreSQL of the test stack. */
export async function createRegistryDatabase(t: TestContext): Promise<RegistryDatabase> {
  const adminUrl = process.env["TEST_DATABASE_URL"];
  if (adminUrl === undefined) throw new Error("TEST_DATABASE_URL is not set; run `npm run test:integration`");
  const name = `r${randomBytes(5).toString("hex")}`;
  const admin = createPool({ url: adminUrl, size: 1, applicationName: "test" });
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;

  const pools: Pool[] = [];
  t.after(() => Promise.all(pools.map((pool) => pool.end())));
  const pool = (): Pool => {
    const made = createPool({ url: url.href, size: 4, applicationName: "test" });
    pools.push(made);
    return made;
  };
  const own = pool();
  await own.query(`create schema integration`);
  // Nobody else is there, so that indexes may be made in the transaction.
  const statements = (migration: URL): string =>
    readFileSync(migration, "utf8").replaceAll("index concurrently", "index");
  for (const migration of MIGRATIONS)
    await own.query(`begin; set local search_path to integration; ${statements(migration)}; commit`);
  return {
    pool,
    addTenant: async (tenantId) => {
      await own.query("insert into integration.tenants (tenant_id, name) values ($1, $1)", [tenantId]);
    },
  };
}
