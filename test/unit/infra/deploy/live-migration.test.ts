import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { liveStatements } from "../../../../infra/deploy/live-migration.ts";
import { SERVICES } from "../../../../infra/deploy/services.ts";
import { ROOT } from "../../../support/source-files.ts";

test("a migration is a transaction unless it says that it runs beside live work", () => {
  assert.equal(liveStatements("create index i on orders (a);"), null);
  assert.deepEqual(
    liveStatements(
      "-- beside live work\n-- Why.\ncreate index concurrently if not exists i on orders (a)\n  where b;\n",
    ),
    ["create index concurrently if not exists i on orders (a)\n  where b"],
  );
});

for (const statement of [
  "create index i on orders (a)",
  "create index concurrently i on orders (a)",
  "create unique index concurrently if not exists i on orders (a)",
  "update orders set a = 1",
])
  test(`beside live work nothing runs that cannot be done again: ${statement}`, () => {
    assert.throws(() => liveStatements(`-- beside live work\n${statement};`), /nothing else: /);
  });

test("each migration of the tree is one or the other", () => {
  for (const { migrations } of SERVICES)
    for (const file of migrations === null ? [] : readdirSync(join(ROOT, migrations)))
      liveStatements(readFileSync(join(ROOT, migrations ?? "", file), "utf8"));
});
