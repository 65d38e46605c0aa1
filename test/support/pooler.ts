import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { isPortFree } from "../../infra/local/processes/ports.ts";
import { createProcessGroup } from "../../infra/local/processes/process-group.ts";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { freePort } from "./free-port.ts";
import { writeServerCertificate } from "./tls-postgres.ts";

/** Server connections for each database and role: fewer than a service has of its own, so that they are shared. */
const SERVER_CONNECTIONS = 3;

/** PgBouncer in transaction mode. */
export type Pooler = {
  readonly port: number;
  readonly process: SupervisedProcess;
  /** From now on it lets roles in, and logs in for them, with these passwords; `<ROLE>_PASSWORD`. */
  takes(passwords: Readonly<Record<string, string>>): Promise<void>;
};

/**
 * Starts PgBouncer in transaction mode before a PostgreSQL, the test stack's unless told, with its default settings otherwise; it ends
 * with the test. Where the address asks for TLS, it speaks it on both sides, and checks the server in full.
 * @param more lines of its settings
 */
export async function startPooler(
  t: Pick<TestContext, "after">,
  databaseUrl = process.env["TEST_DATABASE_URL"] ?? "",
  more: readonly string[] = [],
): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), "simon-pooler-"));
  const server = new URL(databaseUrl);
  const port = await freePort();
  const [settings, users] = [join(folder, "pgbouncer.ini"), join(folder, "users.txt")];
  const writeUsers = async (passwords: Readonly<Record<string, string>>): Promise<void> => {
    const roles = Object.entries(passwords).map(([name, password]) => {
      const role = name.replace(/_PASSWORD$/, "").toLowerCase();
      return `"${role}" "${password}"\n`;
    });
    await writeFile(users, [`"${server.username}" "${server.password}"\n`, ...roles].join(""));
  };
  await writeUsers(rolePasswords(server.password));
  await writeFile(
    settings,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
auth_type = scram-sha-256
auth_file = ${users}
${more.map((line) => `${line}\n`).join("")}${await tlsSettings(folder, server.searchParams.get("sslrootcert"))}`,
  );
  // It refuses to run as root, and reads its files as whoever it runs as.
  await chmod(folder, 0o755);
  const group = createProcessGroup(() => {});
  t.after(async () => {
    await group.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const pooler = await group.start(async () => ({
    name: "pgbouncer",
    dataDir: folder,
    command: "/usr/sbin/pgbouncer",
    args: [...(process.getuid?.() === 0 ? ["-u", "nobody"] : []), settings],
    env: process.env,
    workingDirectory: folder,
    logFile: join(folder, "pgbouncer.log"),
    stopSignal: "SIGTERM",
    stopWithinMs: 3_000,
    readyWithinMs: 30_000,
    startAttempts: 1,
    isReady: async () => !(await isPortFree(port)),
  }));
  const takes = async (passwords: Readonly<Record<string, string>>): Promise<void> => {
    await writeUsers(passwords);
    process.kill(pooler.pid() ?? 0, "SIGHUP");
  };
  return { port, process: pooler, takes };
}

async function tlsSettings(folder: string, caFile: string | null): Promise<string> {
  if (caFile === null) return "";
  const { certificate, key } = await writeServerCertificate(folder);
  return `server_tls_sslmode = verify-full
server_tls_ca_file = ${caFile}
client_tls_sslmode = require
client_tls_cert_file = ${certificate}
client_tls_key_file = ${key}
`;
}
