import assert from "node:assert/strict";
import { test } from "node:test";
import { checkWorkorder } from "../../../services/workorder-archived/domain/check-workorder.ts";
import { workorderArchived } from "../../support/records.ts";

test("O21: a workorder that says who, which and when is no poison, whatever else is wrong with it", () => {
  const workorder = workorderArchived("a", "173", { customerId: null, workMinutes: -1, materials: [] });
  assert.equal(checkWorkorder(workorder, "a/173", true), null);
  assert.equal(checkWorkorder(workorderArchived("a", "17/3", {}), "a/17/3", true), null);
});

test("O21: a workorder of which nobody could be told anything is poison, with the reason", () => {
  const long = "9".repeat(201);
  const cases: readonly (readonly [ReturnType<typeof workorderArchived> | null, string, boolean, RegExp])[] =
    [
      [null, "a/173", true, /no workorder/],
      [workorderArchived("", "173", {}), "/173", true, /tenantId/],
      [workorderArchived("a", "", {}), "a/", true, /workorderId/],
      [workorderArchived("a", long, {}), `a/${long}`, true, /longer/],
      [workorderArchived("a", "1\u00003", {}), "a/1\u00003", true, /control/],
      [workorderArchived("a", "173", {}), "b/173", true, /key/],
      [workorderArchived("a", "173", {}), "a/174", true, /key/],
      [workorderArchived("a", "173", { archivedAt: 0 }), "a/173", true, /archivedAt/],
      [workorderArchived("a", "173", { archivedAt: Number.MAX_SAFE_INTEGER }), "a/173", true, /archivedAt/],
      [workorderArchived("a", "173", {}), "a/173", false, /not registered/],
    ];
  for (const [value, key, tenantKnown, reason] of cases)
    assert.match(checkWorkorder(value, key, tenantKnown) ?? "", reason);
});
