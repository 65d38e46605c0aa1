import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { obstaclesOn } from "../support/accessible.ts";
import { openPage } from "../support/browser.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { signInByBrowser } from "../support/identity.ts";
import { createWorld } from "../support/world.ts";

const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));
const EVIL = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;

/** A tenant in whom everything happens at once; `$evil` is a name that is markup. */
const BUSY = `
  update integration.tenants set status = 'active', administration = 'MVL00077', epoch = 1 where tenant_id = 'bos';
  insert into integration.connections (tenant_id, state, connected_by) values ('bos', 'revoked', 'anja@bos.example');
  insert into unit4_poller.progress (tenant_id, entity, epoch, done, total, started_at)
  values ('bos', 'customer', 1, 2000, 25000, now() - interval '20 seconds');
  insert into simon.customers (tenant_id, customer_id, name) values ('bos', '7', $evil);
  insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known, missing_ids)
  values ('bos', 'customer', 1, 5, 12, 40, '{7}'), ('bos', 'article', 1, 5, 30, 60, '{A1}');
  insert into simon.workorders (tenant_id, workorder_id, number, customer_name, description, status, archived_at, materials)
  select 'bos', 'w' || i, 'WB-2026-' || lpad(i::text, 6, '0'), $evil, $evil, 'archived', now() - i * interval '1 minute',
    '[{"articleId": "A1", "quantity": "2", "description": "Kraan"}]' from generate_series(1, 60) i;
  insert into simon.workorder_outcomes
  select 'bos', 'w' || i, case when i % 3 = 0 then 'refused' when i % 7 = 0 then 'skipped' else 'written' end,
    case when i % 3 = 0 or i % 7 = 0 then null else '2026' || i end,
    case when i % 3 = 0 then 'ORDER_CUSTOMER_PASSIVE' when i % 7 = 0 then 'WORKORDER_ARCHIVED_WHILE_OFF' else '' end,
    jsonb_build_object('number', 'WB-2026-' || i, 'customerId', '7', 'customerName', $evil, 'reason', $evil),
    archived_at, archived_at, i, 1
  from (select archived_at, substr(workorder_id, 2)::int as i from simon.workorders) w where i > 1;
  insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
  select 'bos', workorder_id, number, '7', '{"requestedAt": 1795000000000}', 'waiting', archived_at
  from simon.workorders where workorder_id = 'w1';
  insert into order_writer.attempts (tenant_id, workorder_id, attempt, finished_at, outcome, detail)
  values ('bos', 'w1', 1, now(), 'put-off', 'HTTP_503')`;

test("W16, M12: a tenant in whom everything happens at once is shown well, on a phone too, and runs nothing that a customer is called", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  await site.signIn("anja");
  await world.pool.query(BUSY.replaceAll("$evil", `'${EVIL}'`));
  await mkdir(OUTPUT, { recursive: true });
  for (const width of [1280, 360]) {
    const { page, complaints } = await openPage(t, { bypassCSP: true, viewport: { width, height: 1100 } });
    page.on("dialog", (dialog) => {
      assert.fail(`a dialog: ${dialog.message()}`);
    });
    await signInByBrowser(page, site.url, "anja");
    const look = async (name: string) => {
      assert.deepEqual(await obstaclesOn(page), [], `${name} at ${width}`);
      await page.screenshot({ path: `${OUTPUT}busy-${name}-${width}.png` });
    };
    for (const [name, path] of [
      ["status", ""],
      ["workorders", "/workorders"],
      ["sent", "/workorders?sent=3&EVENT_EXPIRED=2"],
      ["workorder", "/workorders/w1"],
      ["refused", "/workorders/w3"],
    ] as const) {
      await page.goto(`${site.url}/tenants/bos${path}`);
      await page.getByText("<img src=x", { exact: false }).first().waitFor({ state: "attached" });
      await look(name);
    }
    await page.goto(`${site.url}/tenants/bos/workorders?state=refused`);
    await page.getByLabel("Alles op deze pagina kiezen").check();
    await page.getByRole("button", { name: "Gekozen werkbonnen opnieuw versturen" }).click();
    await page.getByRole("heading", { name: "Worden verstuurd: 20" }).waitFor();
    await look("preview");
    assert.deepEqual(complaints, []);
  }
});

test("W16: a workorder's page follows what happens to it by itself, and works without scripts", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  await site.signIn("anja");
  await world.pool.query(BUSY.replaceAll("$evil", "'Klant'"));
  const { page, complaints } = await openPage(t);
  await signInByBrowser(page, site.url, "anja");
  await page.goto(`${site.url}/tenants/bos/workorders/w1`);
  await page.getByText("Wacht op de koppeling", { exact: false }).waitFor();
  await world.pool.query(`
    update order_writer.orders set state = 'written', order_id = '2026777', settled_at = now() where workorder_id = 'w1';
    insert into simon.workorder_outcomes select 'bos', 'w1', 'written', '2026777', '', '{}', archived_at, now(), 1, 2
    from simon.workorders where workorder_id = 'w1'`);
  await page.getByText("order 2026777", { exact: false }).waitFor();
  await page.goto(`${site.url}/tenants/bos`);
  await page.getByText("2.000 van 25.000", { exact: false }).waitFor();
  await world.pool.query("update unit4_poller.progress set done = 5000, updated_at = now()");
  await page.getByText("5.000 van 25.000", { exact: false }).waitFor();
  assert.deepEqual(complaints, []);

  const plain = await openPage(t, { javaScriptEnabled: false });
  await signInByBrowser(plain.page, site.url, "anja");
  await plain.page.goto(`${site.url}/tenants/bos/workorders`);
  await plain.page.locator("select[name=cause]").selectOption("ORDER_CUSTOMER_PASSIVE");
  await plain.page.getByRole("button", { name: "Filter" }).click();
  await plain.page.getByText("Pagina 1 van 1, 20 in totaal").waitFor();
  await plain.page.goto(`${site.url}/tenants/bos`);
  await plain.page.getByRole("button", { name: "Niet verwijderen" }).first().click();
  await plain.page.getByText("Uw antwoord is verwerkt.").waitFor();
  assert.equal(await plain.page.getByRole("button", { name: "Niet verwijderen" }).count(), 1);
});
