import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { ALERTS, ruleFiles } from "../../../../infra/prometheus/rules.ts";
import { runTool } from "../../../support/tool.ts";
import { KAFKA_CASES } from "./cases/kafka.ts";
import { OBJECTIVE_CASES } from "./cases/objectives.ts";
import { ORDER_CASES } from "./cases/orders.ts";
import { PROCESS_CASES } from "./cases/processes.ts";
import type { RuleCase } from "./cases/rule-case.ts";
import { UNIT4_CASES } from "./cases/unit4.ts";

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  objectives: OBJECTIVE_CASES,
  orders: ORDER_CASES,
  unit4: UNIT4_CASES,
  kafka: KAFKA_CASES,
  processes: PROCESS_CASES,
};
/** The groups of rules in which these alerts are, behind what they read. */
function groupsOf(names: ReadonlySet<string>): readonly Group[] {
  const groups = [...ruleFiles().values()].flatMap((text) => (parse(text) as { groups: Group[] }).groups);
  const own = groups.filter(({ rules }) => rules.some(({ alert }) => names.has(alert ?? "")));
  return [...groups.filter(({ name }) => own.some((one) => one.name === `${name}-alerts`)), ...own];
}
type Group = { readonly name: string; readonly rules: readonly { readonly alert?: string }[] };

const selector = ({ alert, severity }: RuleCase): string =>
  `ALERTS{alertname="${alert}",alertstate="firing"${severity === undefined ? "" : `,severity="${severity}"`}}`;

/** What promtool asks of a case: how many alerts fire at each time. */
const promtoolTest = (one: RuleCase) => ({
  name: `${one.alert}: ${one.what}`,
  interval: `${one.stepM ?? 1}m`,
  input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
  promql_expr_test: Object.entries(one.firing).map(([eval_time, count]) => ({
    expr: `count(${selector(one)}) or vector(0)`,
    eval_time,
    exp_samples: [{ labels: "{}", value: count }],
  })),
});

function promtool(
  alerts: readonly string[],
  tests: readonly object[],
  stepM = 1,
): { readonly code: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), "rule-cases-"));
  try {
    const [file, rules] = [join(folder, "cases.yml"), join(folder, "rules.yml")];
    const groups = groupsOf(new Set(alerts));
    writeFileSync(rules, stringify({ groups }));
    writeFileSync(
      file,
      stringify({
        rule_files: [rules],
        group_eval_order: groups.map(({ name }) => name),
        evaluation_interval: `${stepM}m`,
        tests,
      }),
    );
    return runTool("promtool", ["test", "rules", file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [name, cases] of Object.entries(CASES))
  test(`${name}: alerts fire for their reason, are silent without it and resolve`, () => {
    for (const stepM of new Set(cases.map((one) => one.stepM ?? 1))) {
      const own = cases.filter((one) => (one.stepM ?? 1) === stepM);
      const { code, output } = promtool(
        own.map(({ alert }) => alert),
        own.map(promtoolTest),
        stepM,
      );
      assert.equal(code, 0, output);
    }
  });

test("every alert is seen to fire, to be silent and to resolve", () => {
  const lacking = ALERTS.flatMap(({ name, severity }) => {
    const seen = Object.values(CASES)
      .flat()
      .filter((one) => one.alert === name && (one.severity ?? severity) === severity)
      .map(({ firing }) =>
        Object.values(firing)
          .map((count) => (count > 0 ? "F" : "s"))
          .join(""),
      );
    const hasAll = seen.some((one) => one.includes("F")) && seen.some((one) => /sF+s/.test(one));
    return hasAll || name === "Watchdog" ? [] : [`${name}/${severity}`];
  });
  assert.deepEqual(lacking, []);
});

test("whoever is called reads what it is about, with the address of the runbook", () => {
  const series = 'simon_certificate_expiry_timestamp_seconds{component="console",certificate="sslrootcert"}';
  const { code, output } = promtool(
    ["CertificateEnds"],
    [
      {
        interval: "1m",
        input_series: [{ series, values: "172800x60" }],
        alert_rule_test: [
          {
            alertname: "CertificateEnds",
            eval_time: "10m",
            exp_alerts: [
              {
                exp_labels: {
                  severity: "page",
                  area: "processes",
                  component: "console",
                  certificate: "sslrootcert",
                },
                exp_annotations: {
                  summary: "The certificate of sslrootcert ends in 1d 23h 50m 0s",
                  description:
                    "After that console gets no connection any more. A new file is taken up without a restart.",
                  runbook_url: "https://runbooks.example/simon-unit4/certificate-ends.md",
                },
              },
            ],
          },
        ],
      },
    ],
  );
  assert.equal(code, 0, output);
});
