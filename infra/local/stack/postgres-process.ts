import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { LocalStackError } from "../processes/local-stack-error.ts";
import { runToSuccess } from "../processes/run-command.ts";
import { type ProcessDefinition, READY_WITHIN_MS } from "../processes/supervised-process.ts";
import { commandLineOf, isErrno } from "../processes/system-processes.ts";
import { keepSecret, readSecret } from "./kept-secret.ts";
import { findPostgresBinaries, linkPostgresLibraries, type PostgresBinaries } from "./postgres-binaries.ts";
import { newPassword, passwordFile } from "./postgres-password.ts";

const MAJOR_VERSION = "18";
const MAX_CONNECTIONS = 300;

/** Where a local PostgreSQL lives. `durable: false` gives up safety against a crash of the machine for speed. */
export type PostgresPlace = {
  readonly dataDir: string;
  readonly logDir: string;
  readonly port: number;
  readonly durable: boolean;
  /** More settings of the server, each `name=value`, and more lines of its pg_hba.conf. */
  readonly settings?: readonly string[];
  readonly accessRules?: readonly string[];
};

/**
 * Makes the database cluster once and says how to run it. Whoever connects needs a password, also to a cluster of before, which trusted
 * all of this machine: the superuser's is then set before the server starts. Throws DATA_DIRECTORY_UNUSABLE.
 */
export async function preparePostgres(place: PostgresPlace): Promise<ProcessDefinition> {
  const folder = join(place.dataDir, "postgres");
  const cluster = join(folder, "data");
  const binaries = findPostgresBinaries();
  await linkPostgresLibraries(binaries);
  const runAs = await postgresUser();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (runAs !== undefined) {
    await requirePassable(dirname(binaries.postgres));
    await requirePassable(place.dataDir);
    await chown(folder, runAs.uid, runAs.gid);
  }
  const { durable, accessRules = [] } = place;
  const password = await prepareCluster({ cluster, binaries, runAs, durable, accessRules }, place.dataDir);
  return {
    name: "postgres",
    dataDir: place.dataDir,
    command: binaries.postgres,
    args: ["-D", cluster, ...serverSettings(place).flatMap((setting) => ["-c", setting])],
    env: process.env,
    workingDirectory: "/",
    ...(runAs === undefined ? {} : { runAs }),
    logFile: join(place.logDir, "postgres.log"),
    stopSignal: "SIGINT",
    stopWithinMs: 5_000,
    readyWithinMs: READY_WITHIN_MS,
    // After a kill its own child processes need a moment to notice; until then it refuses to start.
    startAttempts: 5,
    isReady: () => acceptsConnections(place.port, password),
    beforeEachStart: () => removeStaleLock(cluster),
  };
}

/** The superuser's address of a database on the local server. @param password as `postgresPassword` gives it */
export function postgresUrl(port: number, database: string, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
}

/** Creates the database if it is not there yet. */
export async function ensureDatabase(port: number, database: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl(port, "postgres", password) });
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/** PostgreSQL asks for the name of who runs it; a container may run as a number that no account has. */
function requireNamedAccount(): void {
  try {
    userInfo();
  } catch (error) {
    if (!isErrno(error, "ERR_SYSTEM_ERROR")) throw error;
    throw new LocalStackError(
      "DATA_DIRECTORY_UNUSABLE",
      `PostgreSQL does not run as user ${process.getuid?.()}, who has no account in /etc/passwd; start as a user who has one, or set DATABASE_URL`,
    );
  }
}

type RunAs = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root, so then it runs as nobody: an account that every Linux has, nothing is added. */
export async function postgresUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) {
    requireNamedAccount();
    return undefined;
  }
  const accounts = await readFile("/etc/passwd", "utf8");
  const fields = accounts
    .split("\n")
    .find((line) => line.startsWith("nobody:"))
    ?.split(":");
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  throw new LocalStackError(
    "DATA_DIRECTORY_UNUSABLE",
    "PostgreSQL cannot run as root and there is no account nobody in /etc/passwd; start as an ordinary user",
  );
}

/** Every folder on the way must let another account pass. */
async function requirePassable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0)
    throw new LocalStackError(
      "DATA_DIRECTORY_UNUSABLE",
      `PostgreSQL runs as nobody and may not pass ${path}; run: chmod o+x ${path}, or start as an ordinary user`,
    );
  if (dirname(path) !== path) await requirePassable(dirname(path));
}

type Cluster = {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  readonly durable: boolean;
  readonly accessRules: readonly string[];
};

/** @returns the superuser's password */
async function prepareCluster(given: Cluster, dataDir: string): Promise<string> {
  const { cluster } = given;
  const kept = await readSecret(passwordFile(dataDir));
  const password = kept ?? newPassword();
  const version = await readIfThere(join(cluster, "PG_VERSION"));
  if (version === undefined) await initialise(given, password);
  else {
    requireSameVersion(cluster, version.trim());
    if (kept === undefined) await setPassword(given, cluster, password);
  }
  await writeAccessRules(given);
  if (kept === undefined) await keepSecret(passwordFile(dataDir), password);
  return password;
}

/** Written at each start: nobody is trusted for being on this machine. */
const ACCESS_RULES = `# Written at each start of the local stack.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

async function writeAccessRules({ cluster, runAs, accessRules }: Cluster): Promise<void> {
  const rules = join(cluster, "pg_hba.conf");
  const lines = accessRules.map((rule) => `${rule}\n`).join("");
  await writeFile(`${rules}.new`, ACCESS_RULES + lines, { mode: 0o600 });
  if (runAs !== undefined) await chown(`${rules}.new`, runAs.uid, runAs.gid);
  await rename(`${rules}.new`, rules);
}

/** Without a server, so that nobody has to be let in for it; the password stands in no command line. */
async function setPassword(
  { binaries, runAs }: Pick<Cluster, "binaries" | "runAs">,
  folder: string,
  password: string,
): Promise<void> {
  await removeStaleLock(folder);
  await runToSuccess({
    command: binaries.postgres,
    args: ["--single", "-D", folder, "postgres"],
    input: `alter role postgres password '${password}'\n`,
    workingDirectory: "/",
    ...(runAs === undefined ? {} : { runAs }),
  });
}

/** Made beside its place and renamed when it is whole, so an initdb that was cut off is simply done again. */
async function initialise({ cluster, binaries, runAs, durable }: Cluster, password: string): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await runToSuccess({
    command: binaries.initdb,
    args: [
      ...["-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
      ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ...(durable ? [] : ["--no-sync"]),
    ],
    workingDirectory: "/",
    ...(runAs === undefined ? {} : { runAs }),
  });
  await setPassword({ binaries, runAs }, unfinished, password);
  await chmod(unfinished, 0o700);
  await rename(unfinished, cluster);
}

function requireSameVersion(cluster: string, version: string): void {
  if (version === MAJOR_VERSION) return;
  throw new LocalStackError(
    "DATA_DIRECTORY_UNUSABLE",
    `${cluster} was made by PostgreSQL ${version}, this is ${MAJOR_VERSION}; move the folder away to start with an empty database`,
  );
}

function serverSettings(place: PostgresPlace): readonly string[] {
  const settings = [
    `port=${place.port}`,
    "listen_addresses=127.0.0.1",
    // No socket file: its path would be too long in a deep folder (107 bytes at most).
    "unix_socket_directories=",
    `max_connections=${MAX_CONNECTIONS}`,
    "timezone=UTC",
    "log_timezone=UTC",
    ...(place.settings ?? []),
  ];
  return place.durable
    ? settings
    : [...settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
}

/**
 * A lock file left by a kill can name a process id that is now another program's (ids start again after a restart of
 * a container); PostgreSQL would then refuse to start. It is removed only if that process is not a server of ours.
 */
async function removeStaleLock(cluster: string): Promise<void> {
  const lockFile = join(cluster, "postmaster.pid");
  const pid = Number.parseInt((await readIfThere(lockFile)) ?? "", 10);
  if (Number.isNaN(pid)) return;
  const commandLine = await commandLineOf(pid);
  if (commandLine === undefined || !commandLine.includes(cluster)) await rm(lockFile, { force: true });
}

async function acceptsConnections(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: postgresUrl(port, "postgres", password),
    connectionTimeoutMillis: 2_000,
  });
  // A server that goes down while the probe ends would else surface as an uncaught error event.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    // Refused, starting up or shutting down: for a probe each of them means "not yet".
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
