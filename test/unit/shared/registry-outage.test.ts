import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { createAvro } from "../../../services/shared/avro.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { frame } from "../../../services/shared/domain/wire-format.ts";

const VALUE = frame(7, Buffer.from([1]));
const isOutage = (error: unknown): boolean => isFailure(error, "REGISTRY_UNAVAILABLE");

function decoderAt(port: number) {
  const avro = createAvro({
    config: { SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}`, KAFKA_TOPIC_PREFIX: "" },
    now: Date.now,
  });
  return avro.decoder("customer-changed");
}

test("O21: a registry that refuses connections is an outage, and says nothing of an id", async () => {
  await assert.rejects(decoderAt(1).prepare([VALUE]), isOutage);
});

test("O21: a registry that says that there is no such id is none", async (t) => {
  for (const status of [404, 422]) {
    const registry = createServer((_request, response) => response.writeHead(status).end('{"message":"no"}'));
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    t.after(() => registry.close());
    const decoder = decoderAt((registry.address() as AddressInfo).port);
    await decoder.prepare([VALUE]);
    assert.throws(() => decoder.decode(VALUE), { reason: "SCHEMA_ID_UNKNOWN" });
  }
});

test("O57: a registry that is silent is an outage after 10 s", async (t) => {
  const silent = createTcpServer((socket) => void t.after(() => socket.destroy()));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => silent.close());
  const asked = Date.now();
  await assert.rejects(decoderAt((silent.address() as AddressInfo).port).prepare([VALUE]), isOutage);
  assert.ok(Date.now() - asked < 15_000);
});
