import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { paceOf } from "../../../../infra/prometheus/pace.ts";
import { ALERTS, ruleFiles, rulesManifest } from "../../../../infra/prometheus/rules.ts";
import { COMPONENTS } from "../../../support/all-metrics.ts";
import { faultsOf } from "../../../support/promql.ts";
import { queryableSeries, readRules } from "../../../support/rule-files.ts";
import { ROOT } from "../../../support/source-files.ts";
import { runTool } from "../../../support/tool.ts";

const FOLDER = join(ROOT, "infra/prometheus");

test("the committed rules are what their source makes", () => {
  assert.deepEqual(readdirSync(join(FOLDER, "rules")).sort(), [...ruleFiles().keys()].sort());
  for (const [name, text] of ruleFiles())
    assert.equal(readFileSync(join(FOLDER, "rules", name), "utf8"), text, `${name}: run npm run generate`);
  const manifest = join(ROOT, "infra/kubernetes/overlays/production/rules.yaml");
  assert.equal(readFileSync(manifest, "utf8"), rulesManifest(), "run npm run generate");
});

test("promtool and amtool take the rules, in real time and sixty times faster, and the configuration", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of ruleFiles(paceOf(60))) writeFileSync(join(folder, name), text);
  const names = [...ruleFiles().keys()];
  for (const [tool, ...args] of [
    ["promtool", "check", "rules", ...names.map((name) => join(folder, name))],
    ["promtool", "check", "config", "--lint-fatal", join(FOLDER, "prometheus.yml")],
    ["amtool", "check-config", join(FOLDER, "alertmanager.yml")],
  ] as const) {
    const { code, output } = runTool(tool, args);
    assert.equal(code, 0, output);
  }
  for (const [name, text] of ruleFiles(paceOf(60)))
    assert.equal(
      text.match(/- (alert|record): /g)?.length,
      ruleFiles()
        .get(name)
        ?.match(/- (alert|record): /g)?.length,
    );
});

test("a rule names only metrics, labels and values that the services have", async () => {
  const series = await queryableSeries();
  assert.deepEqual(
    readRules().flatMap(({ alert, record, expr }) =>
      faultsOf(expr, series).map((fault) => `${alert ?? record}: ${fault}`),
    ),
    [],
  );
  for (const [query, fault] of [
    ["simon_orders_setled_total", "simon_orders_setled_total is no metric"],
    ['simon_orders_settled_total{outcom="written"}', "simon_orders_settled_total has no label outcom"],
    [
      'simon_orders_settled_total{outcome=~"writen|refused"}',
      "simon_orders_settled_total: outcome is never writen",
    ],
    ["sum by (tenant) (simon_tenants)", "groups by tenant, which nothing has"],
    ["sum(", "is no PromQL"],
  ] as const)
    assert.deepEqual(faultsOf(query, series), [fault]);
});

test("every alert says whom it calls, where it belongs, what it means and where its runbook is", () => {
  const alerts = readRules().filter(({ alert }) => alert !== undefined);
  for (const { alert = "", labels = {}, annotations = {} } of alerts) {
    assert.match(labels["severity"] ?? "", /^(page|ticket|none)$/, alert);
    assert.match(labels["area"] ?? "", /^(orders|unit4|kafka|postgres|registry|console|processes)$/, alert);
    assert.deepEqual(Object.keys(annotations), ["summary", "description", "runbook_url"], alert);
    assert.match(annotations["runbook_url"] ?? "", /^https:\/\/.*\/[a-z0-9-]+\.md$/, alert);
    assert.ok((annotations["summary"] ?? "").length > 10 && !annotations["summary"]?.endsWith("."), alert);
    assert.match(annotations["description"] ?? "", /\.$/, alert);
  }
  const names = alerts.map(({ alert, labels }) => `${alert}/${labels?.["severity"]}`);
  assert.deepEqual(names.length, new Set(names).size);
  assert.ok(new Set(ALERTS.map(({ name }) => name)).size >= 30);
});

test("a summary names only labels that its query leaves", () => {
  for (const { alert, expr, annotations = {} } of readRules())
    for (const [, label = ""] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g))
      assert.ok(
        new RegExp(`by \\([^)]*\\b${label}\\b|\\b${label}=`).test(expr) ||
          !/\bsum|max|min|count\b/.test(expr.replace(/min_over_time/g, "")),
        `${alert}: ${label}`,
      );
});

test("each service is missed when it is gone", () => {
  const { expr = "" } = ALERTS.find(({ name }) => name === "ServiceGone") ?? {};
  const text = typeof expr === "string" ? expr : expr(paceOf(1));
  for (const name of COMPONENTS)
    assert.ok(text.includes(`absent(simon_build_info{component="${name}"})`), name);
});
