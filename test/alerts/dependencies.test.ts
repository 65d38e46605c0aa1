import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createBlackHole } from "../support/black-hole.ts";
import { CERTIFICATES } from "../support/certificates.ts";
import { startWatching } from "../support/watching.ts";
import { createWorld } from "../support/world.ts";

test("PostgresDown, KafkaDown, RegistryDown and CertificateEnds fire for their cause and resolve after it", async (t) => {
  const world = await createWorld(t);
  const folder = mkdtempSync(join(tmpdir(), "simon-alerts-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const certificate = join(folder, "authority.pem");
  writeFileSync(certificate, CERTIFICATES.expired);

  const [kafkaPort, advertisedPort] = (process.env["TEST_KAFKA_WAY"] ?? "").split(":").map(Number);
  const ways = {
    PostgresDown: await createBlackHole(Number(new URL(world.databaseUrl).port)),
    KafkaDown: await createBlackHole(kafkaPort ?? 0, advertisedPort),
    RegistryDown: await createBlackHole(Number(new URL(world.registryUrl).port)),
  };
  t.after(() => {
    for (const way of Object.values(ways)) way.close();
  });
  const databaseUrl = new URL(world.databaseUrlAs("log-sink"));
  databaseUrl.port = String(ways.PostgresDown.port);
  databaseUrl.search = `?sslmode=disable&sslrootcert=${certificate}`;
  const registryUrl = new URL(world.registryUrl);
  registryUrl.port = String(ways.RegistryDown.port);
  const service = await world.start("log-sink", {
    DATABASE_URL: databaseUrl.href,
    KAFKA_BROKERS: `127.0.0.1:${ways.KafkaDown.port}`,
    SCHEMA_REGISTRY_URL: registryUrl.href,
  });
  const watching = await startWatching(t, { "log-sink": service });
  const labels = { component: "log-sink" };

  const told = await watching.fires("CertificateEnds", { ...labels, severity: "page" });
  assert.equal(told.labels["certificate"], "sslrootcert");
  writeFileSync(certificate, CERTIFICATES.good);
  await watching.resolves("CertificateEnds", labels);

  for (const [name, way] of Object.entries(ways)) {
    assert.equal(await watching.find(name, labels), null, `${name} before its cause`);
    way.silence();
    const { annotations } = await watching.fires(name, labels);
    assert.match(annotations["runbook_url"] ?? "", /\/(postgres|kafka|registry)-down\.md$/);
    way.restore();
    await watching.resolves(name, labels);
  }
});
