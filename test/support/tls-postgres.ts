import { chmod, chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { postgresUrl, postgresUser } from "../../infra/local/stack/postgres-process.ts";
import { AUTHORITY, CERTIFICATES, SERVER_KEY } from "./certificates.ts";
import { createPostgresFolder, DATABASE, ensureOwnDatabase, startPostgres } from "./own-postgres.ts";

/** A PostgreSQL that speaks TLS, and files of authorities. */
export type TlsPostgres = {
  /** As the superuser, checked in full against the authority that signed its certificate, which is for 127.0.0.1. */
  readonly databaseUrl: string;
  readonly caFile: string;
  /** Another certificate, of which the server's is not signed. */
  readonly wrongCaFile: string;
};

/** Starts one; it ends with the test. */
export async function startTlsPostgres(t: Pick<TestContext, "after">): Promise<TlsPostgres> {
  const { folder, group } = await createPostgresFolder(t);
  const [caFile, wrongCaFile] = [join(folder, "ca.pem"), join(folder, "wrong-ca.pem")];
  await writeFile(caFile, AUTHORITY);
  await writeFile(wrongCaFile, CERTIFICATES.expired);
  const { certificate, key } = await writeServerCertificate(folder);
  const server = await startPostgres(group, {
    dataDir: join(folder, "server"),
    settings: ["ssl=on", `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`],
  });
  await ensureOwnDatabase(server);
  const url = new URL(postgresUrl(server.port, DATABASE, server.password));
  url.searchParams.set("sslmode", "verify-full");
  url.searchParams.set("sslrootcert", caFile);
  return { databaseUrl: url.href, caFile, wrongCaFile };
}

/** Files with the certificate for 127.0.0.1 and its key, for a server that runs as PostgreSQL does. */
export async function writeServerCertificate(folder: string) {
  const [certificate, key] = [join(folder, "server.pem"), join(folder, "server-key.pem")];
  await writeFile(certificate, CERTIFICATES.good);
  await writeFile(key, SERVER_KEY);
  // The server refuses a key that others may read.
  await chmod(key, 0o600);
  const runAs = await postgresUser();
  if (runAs !== undefined) await chown(key, runAs.uid, runAs.gid);
  return { certificate, key };
}
