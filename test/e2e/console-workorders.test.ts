import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { openPage } from "../support/browser.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { signInByBrowser } from "../support/identity.ts";
import { workorderArchived } from "../support/records.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld } from "../support/world.ts";

const BOS = { tenantId: "bos", database: "MVL00077" };
/** Where screenshots of the main pages are kept; the best ones stand in infra/docs. */
const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));

async function keep(page: Page, url: string, name: string): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  await page.goto(url);
  await page.screenshot({ path: `${OUTPUT}${name}.png` });
}

test("W17: a refused workorder is mended in Unit4 and sent again from its page; another tenant sees nothing of it", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: BOS.database, portalUser: BOS.tenantId, size: "small" },
    { database: "MVL01001", portalUser: "noord", size: "small" },
  ]);
  const settings = { workArticle: { articleId: "ARBEID", articleType: 0, quantityScale: 2 } };
  await unit4.connect({ ...BOS, settings });
  const [site] = await Promise.all([
    createConsoleWorld(t, world, { unit4 }),
    world.start("unit4-poller", { ...unit4.environment, UNIT4_POLLER_INTERVAL_MS: "60000" }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  const administration = unit4.multivers.administration(BOS.database);
  const customer = [...administration.customers.values()].find((one) => one.customerStateId === "A");
  assert.ok(customer !== undefined);
  const { customerId } = customer;
  await until("the customers", async () => {
    const { rowCount } = await world.pool.query("select from simon.customers where tenant_id = 'bos'");
    return rowCount === administration.customers.size;
  });
  const archive = (workorderId: string, overrides: object = {}) =>
    world.send(
      "workorderArchived",
      `bos/${workorderId}`,
      workorderArchived("bos", workorderId, { customerId, travelMinutes: 0, ...overrides }),
    );
  administration.patchCustomer(customerId, { customerStateId: "P" });
  await archive("000007", { description: "<b>Kraan</b> vervangen" });
  await archive("000008", { customerId: null });

  const { page, complaints } = await openPage(t);
  await signInByBrowser(page, site.url, "anja");
  const root = `${site.url}/tenants/bos`;
  await until("both to be refused", async () => {
    await page.goto(`${root}/workorders?state=refused`);
    return (await page.locator("td .badge", { hasText: "geweigerd" }).count()) === 2;
  });
  administration.patchCustomer(customerId, { customerStateId: "A" });
  await page.getByRole("link", { name: "WB-2026-000007" }).click();
  await page.getByText("Naar Unit4 gestuurd: geweigerd", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Opnieuw versturen" }).click();
  await page.getByRole("heading", { name: "Worden verstuurd: 1" }).waitFor();
  await page.getByRole("button", { name: "Versturen" }).click();
  await page.getByText("1 opnieuw verstuurd", { exact: false }).waitFor();
  const order = await until("the order", () => administration.orders[0]);
  await page.goto(`${root}/workorders/000007`);
  await page.getByText(order.orderId, { exact: false }).first().waitFor();
  assert.equal(administration.orders.length, 1, "once, and the other one not at all");

  await until("the log to be told", async () => {
    await page.goto(`${root}/log?state=closed`);
    return (await page.getByText("opgelost om", { exact: false }).count()) > 0;
  });
  await keep(page, root, "status");
  await keep(page, `${root}/workorders`, "workorders");
  await keep(page, `${root}/workorders/000007`, "workorder");
  await keep(page, `${root}/log`, "log");
  await page.goto(`${root}/settings`);
  await page.getByRole("button", { name: "Alles controleren" }).click();
  await page.getByText("ARBEID – ", { exact: false }).waitFor();
  await keep(page, `${root}/settings`, "settings");
  assert.deepEqual(complaints, []);

  const other = await openPage(t);
  await signInByBrowser(other.page, site.url, "noor");
  for (const path of ["/workorders", "/log", ""]) {
    await other.page.goto(`${site.url}/tenants/noord${path}`);
    assert.equal(await other.page.getByText("WB-2026-000007", { exact: false }).count(), 0, path);
    const answer = await other.page.goto(`${site.url}/tenants/bos${path}`);
    assert.equal(answer?.status(), 404, path);
  }

  const operator = await openPage(t);
  await signInByBrowser(operator.page, site.url, "beheer");
  await keep(operator.page, `${site.url}/operator`, "tenants");
  assert.deepEqual(operator.complaints, []);
});
