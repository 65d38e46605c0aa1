import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeenRequest } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { createPollerWorld } from "../../support/poller-world.ts";

const STRANGE = ["..", ".", "!_2F", "%2F"] as const;
const OTHERS = ["/", "0017", ...Array.from({ length: 30 }, (_, index) => `K${index}`)];

/** What stands in front of Unit4. */
const FRONT_ENDS: Readonly<Record<string, (request: SeenRequest) => { readonly status: number } | null>> = {
  "resolves dots and nothing else": () => null,
  "decodes twice": ({ query }) => {
    const filter = query.get("$filter");
    if (filter !== null)
      query.set("$filter", decodeURIComponent(filter.replaceAll(/!_([0-9A-F]{2})/g, "%$1")));
    return null;
  },
  "answers 403 for rows by path": ({ path }) =>
    /[/](Customer|Product)Info[/]/.test(path) ? { status: 403 } : null,
};

for (const [index, [what, frontEnd]] of Object.entries(FRONT_ENDS).entries())
  test(`O50: codes that a path cannot carry, behind a front end that ${what}`, async (t) => {
    const database = `MVL0000${index + 1}`;
    const { erp, round, news, schedule } = await createPollerWorld(t, [
      { database, portalUser: "vos", size: "empty" },
    ]);
    const administration = erp.multivers.administration(database);
    for (const code of [...STRANGE, ...OTHERS]) {
      administration.putCustomer({ customerId: code, name: `Klant ${code}` });
      administration.putProduct({ productId: code, description: `Artikel ${code}` });
    }
    await erp.connect({ tenantId: "vos", database });
    await round("vos");
    await news("vos");
    const lists = new Set([`/api/${database}/CustomerInfoList`, `/api/${database}/ProductInfoList`]);

    // The lists lack them, look-ups find them: none is gone.
    erp.multivers.intercept = (request) => {
      const isList = lists.has(request.path) && !request.query.has("$filter");
      if (!isList) return frontEnd(request);
      const isCustomers = request.path.endsWith("CustomerInfoList");
      const rows = isCustomers ? administration.customersById : administration.productsById;
      const shown = rows.filter((row) => {
        const code = "customerId" in row ? row.customerId : row.productId;
        return !STRANGE.some((strange) => strange === code);
      });
      const body = (request.query.get("$skip") ?? "0") === "0" ? JSON.stringify(shown) : "[]";
      return { headers: { "content-type": "application/json" }, body };
    };
    const asked = erp.multivers.requests.length;
    for (let one = 0; one < 4; one += 1) await round("vos");
    const kept = await news("vos");
    assert.deepEqual([...kept.customers, ...kept.articles], []);
    const byPath = erp.multivers.requests.slice(asked).filter(({ path }) => /Info[/]./.test(path));
    assert.deepEqual(byPath, [], "strange codes are asked for by filter alone");

    // They were deleted: gone after look-ups. One that a path can carry is too, where the front end lets it through.
    for (const code of [...STRANGE.slice(0, 2), "0017"]) {
      administration.deleteCustomer(code);
      administration.deleteProduct(code);
    }
    erp.multivers.intercept = frontEnd;
    for (let one = 0; one < 8; one += 1) {
      await round("vos");
      assert.deepEqual([(await schedule("vos")).failures, (await schedule("vos")).outcome], [0, "finished"]);
    }
    const after = await news("vos");
    const gone = (what.includes("403") ? [] : ["0017"]).concat(STRANGE.slice(0, 2)).toSorted();
    assert.deepEqual(
      after.customers
        .filter(({ change }) => change === "gone")
        .map(({ customerId }) => customerId)
        .toSorted(),
      gone,
    );
    assert.deepEqual(
      after.articles
        .filter(({ change }) => change === "gone")
        .map(({ articleId }) => articleId)
        .toSorted(),
      gone,
    );
    assert.deepEqual(after.messages, []);
  });
