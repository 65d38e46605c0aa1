import assert from "node:assert/strict";
import { test } from "node:test";
import { obstaclesOn } from "../support/accessible.ts";
import { openPage } from "../support/browser.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { signInByBrowser } from "../support/identity.ts";
import { type SaidMessage, say } from "../support/log-rows.ts";
import { createWorld } from "../support/world.ts";

const AT = Date.parse("2026-11-24T10:00:00Z");
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  `"><script>alert(1)</script>`,
  `' onmouseover='alert(1)`,
  "</td></tr></table><svg/onload=alert(1)>",
  "javascript:alert(1)",
  "{{constructor.constructor('alert(1)')()}}",
  `" hx-get="/sign-out" hx-trigger="load" x="`,
  "\u202eabc\u0000\ud800",
];

const about = (number: number, name: string): SaidMessage => ({
  code: "CUSTOMER_STATE_UNKNOWN",
  recordId: `K${number}`,
  recordName: name,
  params: { id: name, name, stateCode: name },
  correlationId: name,
  at: AT + number * 1_000,
});

test("the log follows what happens, keeps its filter, and runs nothing that a customer is called", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const site = await createConsoleWorld(t, world);
  await say(world, ...HOSTILE.map((name, i) => about(i, name)));
  const { page, complaints } = await openPage(t, { bypassCSP: true });
  page.on("dialog", () => assert.fail("a script of a customer's name ran"));
  await signInByBrowser(page, site.url, "anja");

  await page.goto(`${site.url}/tenants/bos/log?kind=warning`);
  assert.equal(await page.locator("tbody tr").count(), HOSTILE.length);
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
  await page.getByRole("link", { name: "Live meekijken" }).click();
  await page.getByText("Nieuwe meldingen verschijnen vanzelf").waitFor();
  await page.evaluate("window.stays = true");

  await say(world, about(50, "Nieuw <b>vet</b>"), {
    code: "ORDER_WRITTEN",
    params: { number: "WB-9", orderId: "26" },
    at: AT + 60_000,
  });
  await page.getByText(`${HOSTILE.length + 1} meldingen`).waitFor();
  assert.match((await page.locator("tbody tr").first().textContent()) ?? "", /Nieuw <b>vet<\/b>/);
  assert.equal(await page.getByText("WB-9").count(), 0);
  await say(world, { ...about(50, "Nieuw <b>vet</b>"), at: AT + 70_000 });
  await page.getByText("2 keer sinds").waitFor();
  assert.equal(await page.getByText("Nieuw <b>vet</b> (").count(), 1);
  assert.equal(await page.evaluate("window.stays"), true);
  await page.setViewportSize({ width: 360, height: 800 });
  assert.deepEqual(await obstaclesOn(page), []);
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.deepEqual(await obstaclesOn(page), []);

  for (const [i] of HOSTILE.entries()) {
    await page.goto(`${site.url}/tenants/bos/log`);
    await page.getByRole("link", { name: "Bekijken" }).nth(i).click();
    await page.getByRole("heading", { name: "Wanneer gemeld" }).waitFor();
    assert.equal(
      await page.locator("main img, main svg, main script, main [onmouseover], main [hx-get]").count(),
      0,
    );
  }
  for (const text of HOSTILE.slice(0, -1)) {
    await page.goto(`${site.url}/tenants/bos/log?${new URLSearchParams({ q: text })}`);
    assert.equal(await page.getByRole("searchbox").inputValue(), text);
  }
  assert.deepEqual(await obstaclesOn(page), []);
  assert.deepEqual(complaints, []);
});

test("without scripts the log is filtered, followed by hand and exported", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const site = await createConsoleWorld(t, world);
  await say(world, about(1, "Bakkerij"), {
    code: "ORDER_WRITTEN",
    params: { number: "WB-9", orderId: "26" },
  });
  const { page } = await openPage(t, { javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
  await signInByBrowser(page, site.url, "anja");
  await page.goto(`${site.url}/tenants/bos/log`);
  await page.getByLabel("Soort").selectOption("waarschuwing");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByText("1 melding", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Live meekijken" }).click();
  await say(world, about(2, "Slagerij"));
  await page.getByRole("link", { name: "Vernieuwen" }).click();
  await page.getByText("2 meldingen").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Exporteren" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^logging-bos-\d{4}-\d\d-\d\d\.csv$/);
});
