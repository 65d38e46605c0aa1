import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { openPage } from "../support/browser.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { signInByBrowser } from "../support/identity.ts";
import { workorderArchived } from "../support/records.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld } from "../support/world.ts";

const VOS = { tenantId: "vos", database: "MVL00108" };

/** Everything runs; nothing is activated. Simon has one customer that somebody added by hand. */
async function startEverything(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: VOS.database, portalUser: VOS.tenantId, size: "small" },
  ]);
  const [site] = await Promise.all([
    createConsoleWorld(t, world, { unit4 }),
    world.start("unit4-poller", {
      ...unit4.environment,
      UNIT4_POLLER_INTERVAL_MS: "1000",
      UNIT4_POLLER_BUSY_PART: "1",
    }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  await world.pool.query(
    "insert into simon.customers (tenant_id, customer_id, name) values ('vos', 'H1', 'Met de hand')",
  );
  const administration = unit4.multivers.administration(VOS.database);
  const customer = [...administration.customers.values()].find((one) => one.customerStateId === "A");
  assert.ok(customer !== undefined);
  const archive = (workorderId: string) =>
    world.send(
      "workorderArchived",
      `vos/${workorderId}`,
      workorderArchived("vos", workorderId, {
        customerId: customer.customerId,
        travelMinutes: 0,
        archivedAt: Date.now(),
      }),
    );
  return { world, unit4, site, administration, archive };
}

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

/** The four steps of the manual, as a person does them. */
async function activateByHand(page: Page, isFirstTime: boolean): Promise<void> {
  await page.getByRole("link", { name: isFirstTime ? "Start activatie" : "Opnieuw activeren" }).click();
  await page.getByLabel(/algemene voorwaarden/).check();
  await press(page, "Start activatie");
  if (isFirstTime) {
    await page.getByLabel(/komen niet terug|terugkomen/).check();
    await press(page, "Leegmaken");
    await page.getByRole("link", { name: "Verder" }).click();
    await press(page, "Koppel");
    await page.fill("input[name=portalUser]", "vos");
    await page.fill("input[name=portalPassword]", "demo");
    await press(page, "Toegang geven");
    await page.getByLabel("Administratie in Unit4").selectOption(VOS.database);
    await page.getByRole("combobox", { name: "Artikel voor werktijd" }).fill("ARBEID");
  } else {
    await press(page, "Niets leegmaken, verder");
    await page.waitForURL("**/settings");
    // Going back shows the choice again, not what was emptied in an earlier round.
    await page.goto(`${new URL(page.url()).origin}/tenants/vos/activation/empty`);
    await press(page, "Niets leegmaken, verder");
  }
  await press(page, "Alles controleren");
  await page.getByText("alle artikelgroepen", { exact: false }).first().waitFor();
  await press(page, "Verder naar de proefrit");
  await press(page, "Zet de integratie aan");
  await page.getByRole("heading", { name: "Alles is over" }).waitFor();
}

test("A1, A6: a newcomer activates by hand, and the first archived workorder is an order in Unit4", async (t) => {
  const { world, site, administration, archive } = await startEverything(t);
  const { page, complaints } = await openPage(t);
  const begin = performance.now();
  await signInByBrowser(page, site.url, "vera");
  await activateByHand(page, true);
  const activatedMs = performance.now() - begin;
  const { rows } = await world.pool.query(
    "select count(*) filter (where origin = 'simon') as own, count(*) as all from simon.customers where tenant_id = 'vos'",
  );
  assert.equal(rows[0].own, 0, "what was there before is gone");
  assert.equal(rows[0].all, administration.customers.size);

  await archive("w1");
  const [order] = await until("the order", () =>
    administration.orders.length > 0 ? administration.orders : null,
  );
  assert.deepEqual(
    order?.orderLines.map(({ productId, quantityOrdered }) => [productId, quantityOrdered]),
    [["ARBEID", 2]],
  );
  assert.deepEqual(complaints, []);
  t.diagnostic(`from the sign-in page to everything over: ${Math.round(activatedMs / 100) / 10} s`);
});

test("A8, A9: switched off nothing is sent; switched on again, what was archived meanwhile is listed and sent by hand", async (t) => {
  const { site, administration, archive, world } = await startEverything(t);
  const { page, complaints } = await openPage(t);
  await signInByBrowser(page, site.url, "vera");
  await activateByHand(page, true);
  await page.getByRole("link", { name: "Naar de status" }).click();
  await page.getByRole("link", { name: "Integratie deactiveren" }).click();
  await press(page, "Ja, deactiveer");
  await page.getByText("De integratie is gedeactiveerd.").waitFor();

  await archive("w2");
  await until("the workorder to be skipped", async () => {
    const { rows } = await world.pool.query("select code from simon.workorder_outcomes");
    return rows[0]?.code === "WORKORDER_ARCHIVED_WHILE_OFF";
  });
  await activateByHand(page, false);
  await page.getByRole("link", { name: /Bekijk en verstuur ze/ }).click();
  await page.getByLabel("Kies WB-2026-w2").check();
  await press(page, "Gekozen werkbonnen opnieuw versturen");
  assert.equal(administration.orders.length, 0, "nothing went by itself");
  await press(page, "Versturen");
  await page.getByText("1 opnieuw verstuurd", { exact: false }).waitFor();
  await until("the order", () => administration.orders.length === 1);
  await until("its number on the page", async () => {
    await page.goto(`${site.url}/tenants/vos/workorders`);
    return (await page.getByText(administration.orders[0]?.orderId ?? "none").count()) > 0;
  });
  assert.deepEqual(complaints, []);
});
