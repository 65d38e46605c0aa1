import assert from "node:assert/strict";
import { test } from "node:test";
import { obstaclesOn } from "../support/accessible.ts";
import { openPage } from "../support/browser.ts";
import { createConsoleWorld } from "../support/console-world.ts";
import { signInByBrowser } from "../support/identity.ts";
import { fillTotals } from "../support/totals.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { createWorld } from "../support/world.ts";

const OF_TENANT = ["", "/log", "/workorders", "/settings", "/keys", "/deactivate", "/activation/connect"];
const OF_OPERATOR = ["/operator", "/operator/users", "/operator/audit", "/api"];

test("axe finds nothing serious on any page, by day and by night, and each fits a phone", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
    { database: "MVL00108", portalUser: "vos", size: "small" },
  ]);
  await unit4.connect({ tenantId: "bos", database: "MVL00077", settings: { filterWord: "garantie" } });
  await world.pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at)
     select 'bos', 'CUSTOMER_STATE_UNKNOWN', kind, 'customer', kind, 'Klant', '{}', 'test', '', 2, now(), now()
     from unnest(array['info', 'warning', 'error']) kind`,
  );
  await fillTotals(world.pool, "bos");
  const site = await createConsoleWorld(t, world, { unit4 });
  // What fits is a matter of the width, contrast one of the scheme.
  for (const [width, colorScheme] of [
    [1280, "light"],
    [360, "dark"],
  ] as const) {
    const { page, complaints } = await openPage(t, {
      bypassCSP: true,
      viewport: { width, height: 800 },
      colorScheme,
    });
    await page.goto(site.url);
    assert.deepEqual(await obstaclesOn(page), [], "sign-in");
    await signInByBrowser(page, site.url, "beheer");
    const paths = [...OF_OPERATOR, ...OF_TENANT.map((path) => `/tenants/bos${path}`)];
    for (const path of paths) {
      await page.goto(site.url + path);
      assert.deepEqual(await obstaclesOn(page), [], `${path} at ${width}`);
    }
    assert.deepEqual(complaints, []);
  }
});
