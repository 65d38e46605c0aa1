import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { deploy } from "../../../infra/deploy/deploy.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { type Avro, createAvro } from "../../../services/shared/avro.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { AUTHORITY } from "../../support/certificates.ts";
import { articleChanged } from "../../support/records.ts";
import { basic, createRegistryProxy } from "../../support/registry-proxy.ts";
import { createWorld, PARTITIONS } from "../../support/world.ts";

const { name: TOPIC, schema: SCHEMA } = TOPICS.articleChanged;

async function behindProxy(t: TestContext, authorization: string) {
  const world = await createWorld(t);
  const folder = await mkdtemp(join(tmpdir(), "simon-registry-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [caFile, passwordFile] = [join(folder, "ca.pem"), join(folder, "password")];
  await writeFile(caFile, AUTHORITY);
  const proxy = await createRegistryProxy(t, world.registryUrl, authorization);
  const config = { ...world.config, SCHEMA_REGISTRY_URL: proxy.url, SCHEMA_REGISTRY_CA_FILE: caFile };
  const avro = (access: Partial<typeof world.config>): Avro =>
    createAvro({ config: { ...config, ...access }, now: Date.now });
  return { world, proxy, config, avro, passwordFile };
}

test("O38: by name and password over TLS, from a file that is replaced while it runs, and so does deploy", async (t) => {
  const { world, proxy, config, avro, passwordFile } = await behindProxy(t, basic("pipeline", "first"));
  await writeFile(passwordFile, "first\n");
  const access = { SCHEMA_REGISTRY_USERNAME: "pipeline", SCHEMA_REGISTRY_PASSWORD_FILE: passwordFile };
  const ours = avro(access);
  await ours.encoder(TOPIC, SCHEMA);
  proxy.authorization = basic("pipeline", "other");
  await assert.rejects(ours.encoder(TOPICS.customerChanged.name, TOPICS.customerChanged.schema), (error) =>
    isFailure(error, "REGISTRY_ACCESS_REFUSED"),
  );
  await writeFile(passwordFile, "other\n");
  await ours.encoder(TOPICS.customerChanged.name, TOPICS.customerChanged.schema);

  const lines: string[] = [];
  await deploy({
    config: { ...config, ...access },
    databaseUrl: world.databaseUrl,
    partitions: PARTITIONS,
    hasStandIns: true,
    report: (line) => lines.push(line),
  });
  assert.deepEqual(lines, []);
});

test("O38: by a bearer token", async (t) => {
  const { avro } = await behindProxy(t, "Bearer token-of-ours");
  await avro({ SCHEMA_REGISTRY_TOKEN: "token-of-ours" }).encoder(TOPIC, SCHEMA);
});

test("O38: a wrong password and an unknown authority are told by their settings, and are no outage", async (t) => {
  const { config, avro, world } = await behindProxy(t, basic("pipeline", "right"));
  const wrong = avro({ SCHEMA_REGISTRY_USERNAME: "pipeline", SCHEMA_REGISTRY_PASSWORD: "wrong" });
  await assert.rejects(wrong.encoder(TOPIC, SCHEMA), {
    code: "REGISTRY_ACCESS_REFUSED",
    message: /check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD/,
  });
  const { SCHEMA_REGISTRY_CA_FILE: _, ...withoutAuthority } = config;
  const unknown = createAvro({ config: withoutAuthority, now: Date.now });
  await assert.rejects(unknown.encoder(TOPIC, SCHEMA), {
    code: "REGISTRY_ACCESS_REFUSED",
    message: /check SCHEMA_REGISTRY_CA_FILE/,
  });
  const refused = deploy({
    config: withoutAuthority,
    databaseUrl: world.databaseUrl,
    partitions: PARTITIONS,
  });
  await assert.rejects(refused, { message: /check SCHEMA_REGISTRY_CA_FILE/ });
});

test("O22: ids that are known survive the registry's outage", async (t) => {
  const { proxy, avro } = await behindProxy(t, basic("pipeline", "right"));
  const ours = avro({ SCHEMA_REGISTRY_USERNAME: "pipeline", SCHEMA_REGISTRY_PASSWORD: "right" });
  const decoder = ours.decoder<object>(SCHEMA);
  const encoder = await ours.encoder<object>(TOPIC, SCHEMA);
  const record = encoder.encode(articleChanged("linde", "A1", {}));
  await decoder.prepare([record]);
  await proxy.close();
  await decoder.prepare([encoder.encode(articleChanged("linde", "A1", {}))]);
  assert.deepEqual(decoder.decode(record), decoder.decode(encoder.encode(articleChanged("linde", "A1", {}))));
});
