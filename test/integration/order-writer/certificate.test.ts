import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServer } from "node:tls";
import { AUTHORITY, CERTIFICATES, SERVER_KEY } from "../../support/certificates.ts";
import { orderRequested } from "../../support/records.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

/** TLS before a port of 127.0.0.1. */
async function tlsBefore(t: TestContext, targetPort: number) {
  const server = createServer({ key: SERVER_KEY, cert: CERTIFICATES.expired }, (inner) => {
    const outer = connect({ port: targetPort, host: "127.0.0.1" });
    inner.on("error", () => outer.destroy());
    outer.on("error", () => inner.destroy());
    inner.pipe(outer).pipe(inner);
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return server;
}

test("F43: while Unit4's certificate has expired nothing is sent and nothing is unknown; afterwards the order is there once", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [{ database: "MVL00042", portalUser: "a", size: "small" }]);
  await unit4.connect({ tenantId: "a", database: "MVL00042" });
  const folder = await mkdtemp(join(tmpdir(), "simon-unit4-certificate-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "authority.pem"), AUTHORITY);
  const plain = new URL(unit4.environment["UNIT4_BASE_URL"] ?? "");
  const server = await tlsBefore(t, Number(plain.port));
  const writer = await world.start("order-writer", {
    ...unit4.environment,
    UNIT4_BASE_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}${plain.pathname}`,
    NODE_EXTRA_CA_CERTS: join(folder, "authority.pem"),
  });
  const administration = unit4.multivers.administration("MVL00042");
  const customer = [...administration.customers.values()].find((one) => one.customerStateId === "A");
  assert.ok(customer);
  await world.send(
    "orderRequested",
    "a/1",
    orderRequested("a", "1", {
      customerId: customer.customerId,
      paymentConditionId: customer.paymentConditionId,
      vatScenarioId: customer.vatScenarioId,
      lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" }],
    }),
  );
  const order = async () =>
    (await world.pool.query("select state, attempts from order_writer.orders")).rows[0];
  await until("a try", async () => {
    const row = await order();
    return row?.state === "waiting" && row.attempts > 0;
  });
  const told = writer.lines.filter(
    (line) => line.includes("CERTIFICATE_EXPIRED") && line.includes('"level":50'),
  );
  assert.ok(told.length > 0, "an error line for operators");
  assert.equal(administration.orders.length, 0);

  server.setSecureContext({ key: SERVER_KEY, cert: CERTIFICATES.good });
  await until("the order", async () => (await order())?.state === "written", 90_000);
  assert.equal(administration.orders.length, 1);
  const { rowCount } = await world.pool.query("select from order_writer.attempts where outcome = 'unknown'");
  assert.equal(rowCount, 0);
});
