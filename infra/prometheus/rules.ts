import { stringify } from "yaml";
import { type Alert, alertRule, type RuleGroup } from "./alert.ts";
import { DEPENDENCY_ALERTS } from "./alerts/dependencies.ts";
import { KAFKA_ALERTS } from "./alerts/kafka.ts";
import { ORDER_ALERTS } from "./alerts/orders.ts";
import { PROCESS_ALERTS } from "./alerts/processes.ts";
import { UNIT4_ALERTS } from "./alerts/unit4.ts";
import { type Pace, REAL_TIME } from "./pace.ts";
import { sloAlerts, sloGroups } from "./slo-rules.ts";
import { SLOS } from "./slos.ts";

const GROUPS: Readonly<Record<string, readonly Alert[]>> = {
  orders: ORDER_ALERTS,
  unit4: UNIT4_ALERTS,
  kafka: KAFKA_ALERTS,
  dependencies: DEPENDENCY_ALERTS,
  processes: PROCESS_ALERTS,
};

/** All alerts; one that calls and one that waits may share a name. */
export const ALERTS: readonly Alert[] = [...SLOS.flatMap(sloAlerts), ...Object.values(GROUPS).flat()];

/** Where runbooks are, unless RUNBOOKS_URL says so when the rules are generated. */
export const RUNBOOKS_URL = "https://runbooks.example/simon-unit4";

const HEADER =
  "# Made by `npm run generate` from the TypeScript files in infra/prometheus; not to be edited.\n";

/** The files of rules that Prometheus loads, by name. @param runbooks address of their folder, without a slash at the end */
export const ruleFiles = (pace: Pace = REAL_TIME, runbooks = RUNBOOKS_URL): ReadonlyMap<string, string> =>
  new Map([
    ["slos.yml", text({ groups: sloGroups(pace, runbooks) })],
    ["alerts.yml", text({ groups: alertGroups(pace, runbooks) })],
  ]);

/** The same rules as the Prometheus operator takes them. */
export const rulesManifest = (runbooks = RUNBOOKS_URL): string =>
  text({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "simon-unit4" },
    spec: { groups: [...sloGroups(REAL_TIME, runbooks), ...alertGroups(REAL_TIME, runbooks)] },
  });

const alertGroups = (pace: Pace, runbooks: string): readonly RuleGroup[] =>
  Object.entries(GROUPS).map(([name, own]) => ({
    name,
    rules: own.map((one) => alertRule(one, pace, runbooks)),
  }));

const text = (content: object): string =>
  HEADER + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
