import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { saveSettings } from "../../support/tenant-registry.ts";

test("where customers' first work addresses come from", async (t) => {
  const { world, erp, round, news } = await createPollerWorld(t, [
    { database: "MVL00006", portalUser: "invoices", size: "empty" },
  ]);
  const { multivers } = erp;

  await t.test("M7: invoice addresses follow within the budget, and a change of one is found", async () => {
    const invoices = multivers.administration("MVL00006");
    const [k1, k2] = ["K1", "K2", "K3"].map((customerId) =>
      invoices.putCustomer({ customerId, street1: "Kade 1" }),
    );
    assert.ok(k1 && k2);
    invoices.putInvoiceAddress(k1.organizationId, { street1: "Postbus 1" });
    await erp.connect({ tenantId: "invoices", database: "MVL00006" });
    const addressesOf = async () =>
      (await news("invoices")).customers.map(
        ({ customerId, invoiceAddressKnown, invoiceAddress }) =>
          `${customerId} ${invoiceAddressKnown ? (invoiceAddress?.street1 ?? "none") : "not looked up"}`,
      );
    await round("invoices", { addressBudget: 2 });
    assert.deepEqual(await addressesOf(), [
      "K1 not looked up",
      "K2 not looked up",
      "K3 not looked up",
      "K1 Postbus 1",
    ]);

    invoices.patchCustomer("K2", { street1: "Kade 2" });
    await round("invoices", { addressBudget: 2 });
    assert.deepEqual(await addressesOf(), ["K2 none"], "known at once, and told although there is none");

    invoices.putInvoiceAddress(k2.organizationId, { street1: "Postbus 2" });
    await world.pool.query(
      `update unit4_poller.snapshots set addresses_checked_at = now() - interval '8 days', addresses_checked_to = 'K1'
       where tenant_id = 'invoices'`,
    );
    await round("invoices", { addressBudget: 2 });
    assert.deepEqual(await addressesOf(), ["K2 Postbus 2"]);
  });

  await t.test("M7: an address that Unit4 cannot show keeps no other customer waiting", async () => {
    const invoices = multivers.administration("MVL00006");
    const [k4, k5] = ["K4", "K5"].map((customerId) => invoices.putCustomer({ customerId }));
    assert.ok(k4 && k5);
    invoices.putInvoiceAddress(k5.organizationId, { street1: "Postbus 5" });
    await round("invoices", { addressBudget: 0 });
    await news("invoices");
    multivers.intercept = ({ path }) =>
      path.endsWith(`/AddressInfoList/${k4.organizationId}`) ? { status: 500 } : null;
    await round("invoices", { addressBudget: 5, intervalMs: 3_600_000 });
    multivers.intercept = null;
    assert.deepEqual(
      (await news("invoices")).customers.map((event) => event.invoiceAddress?.street1),
      ["Postbus 5"],
    );
  });

  await t.test(
    "M7: a choice for the standard address is told of every customer, without a look-up",
    async () => {
      const settings = settingsSchema.parse({ firstWorkAddress: "standard" });
      await saveSettings(world.pool, { tenantId: "invoices", settings, by: "test" });
      const asked = multivers.requests.length;
      await round("invoices", { addressBudget: 10 });
      const { customers } = await news("invoices");
      assert.deepEqual(
        customers.map((event) => [event.customerId, event.invoiceAddressKnown, event.invoiceAddress]),
        ["K1", "K2", "K3", "K4", "K5"].map((id) => [id, true, null]),
      );
      assert.ok(multivers.requests.slice(asked).every(({ path }) => !path.includes("AddressInfoList")));
    },
  );
});
