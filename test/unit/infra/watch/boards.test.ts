import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BOARDS, boardFiles } from "../../../../infra/grafana/boards.ts";
import { scoped } from "../../../../infra/grafana/build.ts";
import { ALERTS } from "../../../../infra/prometheus/rules.ts";
import { type BoardJson, boardQueries, markQueries, readBoards } from "../../../support/board-queries.ts";
import { faultsOf } from "../../../support/promql.ts";
import { queryableSeries } from "../../../support/rule-files.ts";
import { ROOT } from "../../../support/source-files.ts";

const FOLDER = join(ROOT, "infra/grafana/dashboards");
const ofPostgres = (board: BoardJson): boolean => board.templating.list[0]?.name === "postgres";
const boards = readBoards().filter((board) => !ofPostgres(board));

test("the committed boards are what their source makes", () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), [...boardFiles().keys()].sort());
  for (const [name, text] of boardFiles())
    assert.equal(readFileSync(join(FOLDER, name), "utf8"), text, `${name}: run npm run generate`);
});

test("what boards mark is PromQL that names only what the services have, of the jobs that were chosen", async () => {
  const series = await queryableSeries();
  const marks = markQueries("5m");
  assert.deepEqual(
    marks.map(({ where }) => where),
    ["Begun", "Done", "Failed"].map((name) => `simon-operations: ${name}`),
  );
  assert.deepEqual(
    marks.flatMap(({ where, expr }) => faultsOf(expr, series).map((fault) => `${where}: ${fault}`)),
    [],
  );
  for (const { where, expr } of marks)
    for (const [name] of expr.matchAll(/simon_\w+\{?/g)) assert.ok(expr.includes(`${name}job=~`), where);
});

test("every query of every panel is PromQL that names only what the services or the rules have", async () => {
  const series = await queryableSeries();
  const queries = boardQueries("5m");
  assert.ok(queries.length > 70);
  assert.deepEqual(
    queries.flatMap(({ where, expr }) => faultsOf(expr, series).map((fault) => `${where}: ${fault}`)),
    [],
  );
});

for (const board of boards)
  test(`${board.uid} is a board as a linter wants it`, () => {
    const panels = board.panels.filter(({ type }) => type !== "row");
    assert.match(String(board["refresh"]), /^\d+s$/);
    assert.equal(board["editable"], false);
    assert.ok(String(board["description"]).length > 20);
    assert.ok((board["tags"] as readonly string[]).includes("simon-unit4"));
    assert.deepEqual(
      board.templating.list.map(({ name, type }) => [name, type]),
      [
        ["datasource", "datasource"],
        ["job", "query"],
        ["instance", "query"],
      ],
    );
    for (const { title = "", description = "", datasource, fieldConfig, targets = [] } of panels) {
      const where = `${board.uid}: ${title}`;
      assert.ok(title !== "" && !title.endsWith("."), where);
      assert.match(description, /\.$/, where);
      assert.ok(fieldConfig?.defaults.unit !== undefined, `${where} has no unit`);
      assert.equal(datasource?.uid, "$datasource", where);
      assert.ok(targets.length > 0, where);
      for (const { expr = "", ...target } of targets) {
        assert.equal(target.datasource?.uid, "$datasource", where);
        assert.ok((target.legendFormat ?? "") !== "", `${where} has no legend`);
        // Each of our own series is of the jobs that were chosen, and no window of a rate is shorter than two scrapes.
        for (const [, brace = ""] of expr.matchAll(/\b(?:simon|nodejs|process)_\w+(\{[^}]*\})?/g))
          assert.match(brace, /job=~"\$job",instance=~"\$instance"/, where);
        for (const [, range] of expr.matchAll(/\brate\([^)]*?\[([^\]]+)\]/g))
          assert.equal(range, "$__rate_interval", where);
      }
    }
    const titles = panels.map(({ title }) => title);
    if (board.uid !== "simon-budgets") assert.equal(new Set(titles).size, titles.length);
  });

test("boards have names of their own and link to the runbooks of alerts that there are", () => {
  assert.equal(new Set(boards.map(({ uid }) => uid)).size, boards.length);
  for (const { uid, links } of boards) {
    const runbooks = links.flatMap(({ url = "" }) =>
      url.endsWith(".md") ? [url.split("/").at(-1) ?? ""] : [],
    );
    assert.ok(runbooks.length > 0, uid);
    for (const file of runbooks) assert.ok(existsSync(join(ROOT, "infra/docs/runbooks", file)), file);
  }
  for (const { alerts } of BOARDS)
    for (const alert of alerts)
      assert.ok(
        ALERTS.some(({ name }) => name === alert),
        alert,
      );
});

test("what is chosen above a board is put into our series alone", () => {
  assert.equal(
    scoped('sum by (le) (rate(simon_a_total{b="c"}[5m])) / up + slo:x:y'),
    'sum by (le) (rate(simon_a_total{job=~"$job",instance=~"$instance",b="c"}[5m])) / up{job=~"$job",instance=~"$instance"} + slo:x:y',
  );
});

test("boards of single tenants ask PostgreSQL in few rows, and lead from each to the one tenant", () => {
  const sql = readBoards().filter(ofPostgres);
  assert.deepEqual(
    sql.map(({ uid }) => uid),
    ["simon-tenants", "simon-tenant"],
  );
  for (const { uid, panels } of sql)
    for (const { title, description, targets = [], datasource } of panels) {
      assert.equal(datasource?.uid, "$postgres", `${uid}: ${title}`);
      assert.match(description ?? "", /\.$/);
      for (const { rawSql = "" } of targets)
        assert.match(rawSql, /limit 25$|where t\.tenant_id = \$\{tenant:sqlstring\}$/, `${uid}: ${title}`);
    }
});
