import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createTelemetry } from "../../../../services/shared/telemetry.ts";
import { watchCertificates } from "../../../../services/shared/watch/certificates.ts";
import { AUTHORITY, CERTIFICATES } from "../../../support/certificates.ts";

const IN_2021 = Date.parse("2021-01-01T00:00:00Z") / 1000;
const IN_2120 = Date.parse("2120-01-01T00:00:00Z") / 1000;

test("until when certificates are valid is told by setting, anew when a file is replaced, and not of what is none", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [own, authority, database] = ["own.pem", "authority.pem", "database.pem"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(own, CERTIFICATES.expired);
  // Of authorities one that is valid is enough.
  writeFileSync(authority, CERTIFICATES.expired + AUTHORITY);
  writeFileSync(database, "no certificate\n");
  const telemetry = createTelemetry("log-sink", "silent");
  watchCertificates(telemetry, {
    KAFKA_SSL_CERTIFICATE_FILE: own,
    KAFKA_SSL_CA_FILE: authority,
    DATABASE_URL: `postgresql://a@127.0.0.1/simon?sslmode=verify-full&sslrootcert=${database}`,
  });
  const told = async () =>
    Object.fromEntries(
      [
        ...(await telemetry.metricsPage()).body.matchAll(
          /^simon_certificate_expiry_timestamp_seconds\{certificate="(\w+)",component="log-sink"\} (\d+)$/gm,
        ),
      ].map(([, name, value]) => [name, Number(value)]),
    );
  assert.deepEqual(await told(), { KAFKA_SSL_CERTIFICATE_FILE: IN_2021, KAFKA_SSL_CA_FILE: IN_2120 });
  writeFileSync(own, CERTIFICATES.good);
  writeFileSync(database, AUTHORITY);
  assert.deepEqual(await told(), {
    KAFKA_SSL_CERTIFICATE_FILE: IN_2120,
    KAFKA_SSL_CA_FILE: IN_2120,
    sslrootcert: IN_2120,
  });
});
