import { parse } from "yaml";
import { ruleFiles } from "../../infra/prometheus/rules.ts";
import { type Declared, declaredSeries } from "./all-metrics.ts";

export type ReadRule = {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** All rules as Prometheus reads them. */
export const readRules = (): readonly ReadRule[] =>
  [...ruleFiles().values()].flatMap((text) =>
    (parse(text) as { readonly groups: readonly { readonly rules: readonly ReadRule[] }[] }).groups.flatMap(
      ({ rules }) => rules,
    ),
  );

/** What queries may name: the services' metrics, and what rules record of them. */
export async function queryableSeries(): Promise<ReadonlyMap<string, Declared>> {
  const recorded = new Map<string, Map<string, Set<string>>>();
  for (const { record, labels = {} } of readRules()) {
    if (record === undefined) continue;
    const known = recorded.get(record) ?? new Map<string, Set<string>>();
    for (const [label, value] of Object.entries(labels))
      known.set(label, new Set([...(known.get(label) ?? []), value]));
    recorded.set(record, known);
  }
  const alerts: Declared = {
    labels: new Map(["alertname", "alertstate", "severity", "area"].map((label) => [label, null])),
  };
  return new Map<string, Declared>([
    ...(await declaredSeries()),
    ...[...recorded].map(([name, labels]): [string, Declared] => [name, { labels }]),
    ["ALERTS", alerts],
  ]);
}
