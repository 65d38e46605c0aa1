import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { freePort } from "../support/free-port.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

const TENANT = { tenantId: "bos", database: "MVL00077" };

/** The sandbox's Simon as a process of its own. @returns its address */
async function startSimon(t: TestContext, world: World): Promise<string> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.resolve("../../infra/sandbox/simon/main.ts"))],
    {
      env: {
        PATH: process.env["PATH"],
        SIMON_PORT: String(port),
        KAFKA_BROKERS: world.brokers,
        KAFKA_TOPIC_PREFIX: world.topicPrefix,
        SCHEMA_REGISTRY_URL: world.registryUrl,
        DATABASE_URL: world.databaseUrlAs("sandbox-simon"),
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  t.after(async () => {
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  });
  const address = `http://127.0.0.1:${port}`;
  await until("the sandbox's Simon", async () => (await fetch(address)).ok);
  return address;
}

async function openBrowser(
  t: TestContext,
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium" });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
}

test("M1, W2: change a customer in Unit4's page, see it in Simon's; archive a workorder there, see its order in Unit4's", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: TENANT.database, portalUser: TENANT.tenantId, size: "small" },
  ]);
  const hours = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });
  await unit4.connect({
    ...TENANT,
    settings: { travelArticle: hours("REISTIJD"), workArticle: hours("ARBEID") },
  });
  const [simon] = await Promise.all([
    startSimon(t, world),
    world.start("unit4-poller", {
      ...unit4.environment,
      UNIT4_POLLER_INTERVAL_MS: "1000",
      UNIT4_POLLER_BUSY_PART: "1",
    }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
  ]);
  const multivers = new URL(unit4.environment["UNIT4_BASE_URL"] ?? "").origin;
  const { page, complaints } = await openBrowser(t);

  await page.goto(`${multivers}/sandbox/${TENANT.database}/customers`);
  await page.locator("table a").first().click();
  await page.locator("input[name=name]").first().fill("Café Ëlvis & Zn.");
  await page.getByRole("button", { name: "Opslaan" }).first().click();
  await page.getByRole("heading", { name: "Café Ëlvis & Zn." }).waitFor();
  await until("the new name in Simon", async () => {
    await page.goto(`${simon}/tenants/${TENANT.tenantId}/customers?q=${encodeURIComponent("Café Ëlvis")}`);
    return (await page.getByText("Café Ëlvis & Zn.").count()) > 0;
  });

  await page.locator("table a").first().click();
  await page
    .getByRole("link", { name: /werkbon/i })
    .last()
    .click();
  await page.fill("[name=description]", "Kraan vervangen\nin de keuken");
  await page.fill("[name=travelMinutes]", "15");
  await page.fill("[name=workMinutes]", "50");
  await page.fill("[name=articleId0]", "0017");
  await page.fill("[name=quantity0]", "2,5");
  await page.locator("form.fields button").first().click();
  assert.equal(
    await page.getByRole("button", { name: "Archiveren" }).count(),
    0,
    "not before it is reported ready",
  );
  await page.getByRole("button", { name: "Gereed melden" }).click();
  await page.getByRole("button", { name: "Archiveren" }).click();
  const [order] = await until("the order", () => {
    const { orders } = unit4.multivers.administration(TENANT.database);
    return orders.length > 0 ? orders : null;
  });
  await until("its number in Simon", async () => {
    await page.reload();
    return (await page.getByText(order?.orderId ?? "none").count()) > 0;
  });

  await page.goto(`${multivers}/sandbox/${TENANT.database}/orders`);
  await page
    .getByText(order?.orderId ?? "none")
    .first()
    .waitFor();
  assert.deepEqual(
    order?.orderLines.map(({ productId, quantityOrdered }) => [productId, quantityOrdered]),
    [
      ["REISTIJD", 0.25],
      ["ARBEID", 0.83],
      ["0017", 2.5],
    ],
  );
  assert.deepEqual(complaints, []);
});
