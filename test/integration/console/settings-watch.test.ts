import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
import { createPipelineLink } from "../../../services/console/parts/pipeline-link.ts";
import { saveDraft } from "../../../services/console/settings/acts.ts";
import { createSettingsCheckLoop } from "../../../services/console/settings/check-loop.ts";
import { renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { loopContext } from "../../support/loop-context.ts";
import { createSettingsWorld } from "../../support/settings-world.ts";
import { until } from "../../support/until.ts";

const LINDE = { database: "MVL00042", portalUser: "linde", size: 30 } as const;

/** An active tenant with settings, and the console's nightly look, which is made to come when the test says so. */
async function watchedTenant(t: TestContext) {
  const settings = await createSettingsWorld(t, [LINDE]);
  const { world, erp, pool, client } = settings;
  await erp.connect({ tenantId: "linde", database: LINDE.database });
  const office = settings.office("linde");
  const save = async (values: Parameters<typeof office.change>[0]) => {
    await office.change(values);
    await office.check();
    assert.equal((await saveDraft(office.visit)).kind, "saved");
  };
  await save({ travelArticle: "REISTIJD", articleGroups: ["Sanitair"], memoField: "ORDER.OPMERKINGEN" });

  const telemetry = createTelemetry("test", "silent");
  const pipeline = createPipelineLink(world.config, telemetry);
  const loops: { stop(): Promise<void> }[] = [];
  t.after(async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
    await pipeline.close();
  });
  const startLoop = async () => {
    const loop = createSettingsCheckLoop(loopContext, {
      pool,
      unit4: client(),
      instance: "test",
      pipeline,
      schedule: "0 2 * * *",
      now: Date.now,
    });
    await loop.start?.();
    loops.push(loop);
  };
  const row = async () => {
    const { rows } = await world.pool.query<{ lastRunAt: Date | null; nextDueAt: Date; told: object }>(
      `select last_run_at as "lastRunAt", next_due_at as "nextDueAt", told
       from integration.settings_checks where tenant_id = 'linde'`,
    );
    return rows[0];
  };
  const stopAll = async () => {
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  };
  return {
    ...settings,
    save,
    row,
    startLoop,
    stopAll,
    /** Lets a night come: the look is due, and a console that starts sees it at once. */
    night: async () => {
      const before = (await row())?.lastRunAt?.getTime() ?? 0;
      await world.pool.query("update integration.settings_checks set next_due_at = now()");
      await startLoop();
      await until("the look", async () => ((await row())?.lastRunAt?.getTime() ?? 0) > before);
      await stopAll();
    },
    messages: async () =>
      (await world.records<MessageLogged>("messageLogged")).flatMap(({ value }) =>
        value === null ? [] : [value],
      ),
  };
}

test("A5: a look is planned for each active tenant in the night, within three hours of its beginning", async (t) => {
  const { row, startLoop } = await watchedTenant(t);
  await startLoop();
  const planned = await until("the plan", row);
  const hour = Number(
    new Intl.DateTimeFormat("nl-NL", {
      timeZone: "Europe/Amsterdam",
      hour: "numeric",
      hourCycle: "h23",
    }).format(planned.nextDueAt),
  );
  assert.ok(hour >= 2 && hour <= 4, `at ${planned.nextDueAt.toISOString()}`);
  assert.ok(planned.nextDueAt.getTime() > Date.now());
  assert.equal(planned.lastRunAt, null);
});

test("L5: settings that no longer fit Unit4 are told once a night, and taken back when they fit again", async (t) => {
  const { world, erp, row, startLoop, stopAll, night, messages, save } = await watchedTenant(t);
  await startLoop();
  await until("the plan", row);
  await stopAll();
  await night();
  assert.deepEqual(await messages(), [], "nothing is said of settings that fit");

  const administration = erp.multivers.administration(LINDE.database);
  administration.deleteProduct("REISTIJD");
  administration.putProductGroup({ name: "20", value: "Sanitair en bad" });
  await night();
  const told = await messages();
  assert.deepEqual(told.map(({ code, kind, table, recordId }) => [code, kind, table, recordId]).sort(), [
    ["SETTINGS_ARTICLE_GONE", "warning", "settings", "travelArticle"],
    ["SETTINGS_GROUP_UNKNOWN", "warning", "settings", "articleGroups"],
  ]);
  for (const { code, params } of told) {
    const { text, action } = renderMessage(code, params, "nl");
    assert.match(action, /Integraties, Unit4, Instellingen/);
    assert.ok(!text.includes("?"), text);
  }
  await night();
  const ids = (await messages()).map(({ messageId }) => messageId);
  assert.equal(new Set(ids).size, 2, "the same night twice says the same");

  administration.putProductGroup({ name: "20", value: "Sanitair" });
  await night();
  const closing = (await messages()).filter(({ code }) => code === "SETTINGS_RIGHT_AGAIN");
  assert.deepEqual(
    closing.map(({ recordId, closes }) => [recordId, closes]),
    [["articleGroups", ["SETTINGS_GROUP_UNKNOWN"]]],
  );

  await save({ travelArticle: "ARBEID" });
  const { rows } = await world.pool.query(
    "select from integration.settings_checks where next_due_at <= now()",
  );
  assert.equal(rows.length, 1, "new settings are looked at soon");
  await startLoop();
  const last = await until("the article to be taken back", async () =>
    (await messages()).find(
      ({ code, recordId }) => code === "SETTINGS_RIGHT_AGAIN" && recordId === "travelArticle",
    ),
  );
  assert.deepEqual(last.closes, ["SETTINGS_ARTICLE_GONE"]);
});

test("O25: a night in which Unit4 does not answer says nothing, and is tried again half an hour later", async (t) => {
  const { world, erp, row, startLoop, stopAll, messages } = await watchedTenant(t);
  await startLoop();
  await until("the plan", row);
  await stopAll();
  erp.multivers.administration(LINDE.database).deleteProduct("REISTIJD");
  erp.multivers.intercept = () => ({ status: 503 });
  await world.pool.query("update integration.settings_checks set next_due_at = now() - interval '1 minute'");
  await startLoop();
  const planned = await until("the look to be put off", async () => {
    const one = await row();
    return one !== undefined && one.nextDueAt.getTime() > Date.now() ? one : null;
  });
  const inMs = planned.nextDueAt.getTime() - Date.now();
  assert.ok(inMs > 25 * 60_000 && inMs <= 30 * 60_000, `in ${inMs} ms`);
  assert.equal(planned.lastRunAt, null);
  assert.deepEqual(await messages(), []);
});
