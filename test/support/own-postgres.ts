import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createProcessGroup, type ProcessGroup } from "../../infra/local/processes/process-group.ts";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { postgresPassword } from "../../infra/local/stack/postgres-password.ts";
import {
  ensureDatabase,
  type PostgresPlace,
  preparePostgres,
} from "../../infra/local/stack/postgres-process.ts";
import { freePort } from "./free-port.ts";

/** A PostgreSQL beside the test stack's. */
export type OwnPostgres = {
  readonly port: number;
  readonly process: SupervisedProcess;
  /** Of the superuser. */
  readonly password: string;
  /** Where its files are: `postgres/data` is the cluster. */
  readonly dataDir: string;
};

/** Where the database of a test is, on a server of its own. */
export const DATABASE = "pipeline";

/** A folder that the account of the server may pass, and a group of servers; both end with the test. */
export async function createPostgresFolder(t: Pick<TestContext, "after">) {
  const folder = await mkdtemp(join(tmpdir(), "simon-own-postgres-"));
  await chmod(folder, 0o755);
  const group = createProcessGroup(() => {});
  t.after(async () => {
    await group.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, group };
}

/** Starts a server, with what is in its folder already or with an empty database. */
export async function startPostgres(
  group: ProcessGroup,
  {
    durable = false,
    ...place
  }: Pick<PostgresPlace, "dataDir" | "settings" | "accessRules"> & Partial<Pick<PostgresPlace, "durable">>,
): Promise<OwnPostgres> {
  const { dataDir } = place;
  await mkdir(dataDir, { recursive: true });
  // The account of the server has to pass.
  await chmod(dataDir, 0o755);
  const port = await freePort();
  const process = await group.start(() => preparePostgres({ ...place, logDir: dataDir, port, durable }));
  return { port, process, password: postgresPassword(dataDir), dataDir };
}

/** The database of a test on its server. */
export const ensureOwnDatabase = ({ port, password }: OwnPostgres): Promise<void> =>
  ensureDatabase(port, DATABASE, password);
