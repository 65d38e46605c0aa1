import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { LocalStackError } from "../../../../infra/local/processes/local-stack-error.ts";
import { requireFreePorts } from "../../../../infra/local/processes/ports.ts";
import { freePort } from "../../../support/free-port.ts";

test("ports: every taken port is named at once, with the setting that moves it", async (t) => {
  const [first, second, free] = [await freePort(), await freePort(), await freePort()];
  for (const port of [first, second]) {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
  }

  const check = requireFreePorts([
    { port: first, usedBy: "Kafka", setting: "LOCAL_KAFKA_PORT" },
    { port: free, usedBy: "PostgreSQL", setting: "LOCAL_POSTGRES_PORT" },
    { port: second, usedBy: "schema registry", setting: "LOCAL_REGISTRY_PORT" },
  ]);

  await assert.rejects(check, (error) => {
    assert.ok(error instanceof LocalStackError);
    assert.equal(error.code, "PORTS_TAKEN");
    assert.deepEqual(error.message.split("\n"), [
      `port ${first} (Kafka) is taken; set LOCAL_KAFKA_PORT to another one`,
      `port ${second} (schema registry) is taken; set LOCAL_REGISTRY_PORT to another one`,
    ]);
    return true;
  });
});

test("ports: free ports pass, and stay free", async () => {
  const need = { port: await freePort(), usedBy: "Kafka", setting: "LOCAL_KAFKA_PORT" };
  await requireFreePorts([need]);
  await requireFreePorts([need]);
});
