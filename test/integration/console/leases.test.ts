import assert from "node:assert/strict";
import { test } from "node:test";
import { leaseRehearsal, saveRehearsal } from "../../../services/console/rehearsal/acts.ts";
import { FIRST_PAGE, NO_ROWS_YET } from "../../../services/console/rehearsal/domain/rehearsal.ts";
import { findRehearsal } from "../../../services/console/rehearsal/queries.ts";
import { finishCheck, leaseDueCheck, putOffCheck } from "../../../services/console/settings/check-acts.ts";
import { createWorld } from "../../support/world.ts";

/** A lease that has run out as soon as it is taken: its holder was frozen. */
const frozen = { leaseMs: 0, by: "frozen" };
const awake = { leaseMs: 60_000, by: "awake" };

test("A10: a process that was frozen does not overwrite the rehearsal that another one went on with", async (t) => {
  const { pool } = await createWorld(t);
  await pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  await pool.query(
    `insert into integration.rehearsals (tenant_id, choices, cursor, counts) values ('bos', '{}', $1, $2)`,
    [FIRST_PAGE, { customers: NO_ROWS_YET, articles: NO_ROWS_YET }],
  );
  const first = await leaseRehearsal(pool, frozen);
  const second = await leaseRehearsal(pool, awake);
  assert.ok(first !== null && second !== null);
  const done = { state: "done", cursor: FIRST_PAGE, counts: second.counts, failure: null } as const;
  await saveRehearsal(pool, first, { ...done, state: "failed" });
  assert.equal((await findRehearsal(pool, "bos"))?.state, "running");
  assert.equal(await leaseRehearsal(pool, awake), null, "the second one still has it");
  await saveRehearsal(pool, second, done);
  assert.equal((await findRehearsal(pool, "bos"))?.state, "done");
});

test("L5: a process that was frozen does not overwrite what its successor told of the settings", async (t) => {
  const { pool } = await createWorld(t);
  await pool.query(
    "insert into integration.tenants (tenant_id, name, status, administration) values ('bos', 'Garage Bos', 'active', 'MVL00077')",
  );
  await pool.query(
    `insert into integration.connections (tenant_id, access_token, refresh_token, expires_at, refreshed_at, connected_by)
     values ('bos', 'x', 'x', now(), now(), 'test')`,
  );
  await pool.query("insert into integration.settings_checks (tenant_id, next_due_at) values ('bos', now())");
  const told = async () =>
    (
      await pool.query<{ told: object; isDue: boolean }>(
        `select told, next_due_at <= now() as "isDue" from integration.settings_checks where tenant_id = 'bos'`,
      )
    ).rows[0];
  const first = await leaseDueCheck(pool, frozen);
  const second = await leaseDueCheck(pool, awake);
  assert.ok(first !== null && second !== null);
  const next = { nextDueAt: new Date(Date.now() + 86_400_000), spreadMinutes: 1 };
  await finishCheck(pool, { ...second, told: { travelArticle: "SETTINGS_ARTICLE_GONE" }, ...next });
  await finishCheck(pool, { ...first, told: {}, ...next });
  await putOffCheck(pool, { ...first, told: {}, putOffMs: 0 });
  assert.deepEqual(await told(), { told: { travelArticle: "SETTINGS_ARTICLE_GONE" }, isDue: false });
});
