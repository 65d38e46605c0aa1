import { type Alert, alertRule, type Rule, type RuleGroup } from "./alert.ts";
import { DAY_S, HOUR_S, MINUTE_S, type Pace, REAL_TIME } from "./pace.ts";
import { SLOS, type Slo } from "./slos.ts";

/** Each has to burn in a long window, so that it matters, and in a short one, so that it is not over. */
type Burn = { readonly longS: number; readonly shortS: number; readonly factor: number };

/** Google's SRE Workbook, chapter 5: 2 % of a month's budget in an hour, 5 % in six; 10 % in a day or in three. */
const PAGE: readonly Burn[] = [
  { longS: HOUR_S, shortS: 5 * MINUTE_S, factor: 14.4 },
  { longS: 6 * HOUR_S, shortS: 30 * MINUTE_S, factor: 6 },
];
const TICKET: readonly Burn[] = [
  { longS: DAY_S, shortS: 2 * HOUR_S, factor: 3 },
  { longS: 3 * DAY_S, shortS: 6 * HOUR_S, factor: 1 },
];
const WINDOWS_S = [...new Set([...PAGE, ...TICKET].flatMap(({ longS, shortS }) => [shortS, longS]))].sort(
  (a, b) => a - b,
);
const BUDGET_S = 30 * DAY_S;
const FIVE_MINUTES = 5 * MINUTE_S;

/** Recording rules and alerts of all objectives. */
export function sloGroups(pace: Pace, runbooks: string): readonly RuleGroup[] {
  return SLOS.flatMap((slo) => [
    { name: `slo-${slo.name}`, rules: recordings(slo, pace) },
    { name: `slo-${slo.name}-budget`, interval: pace.window(FIVE_MINUTES), rules: [budget(slo, pace)] },
    { name: `slo-${slo.name}-alerts`, rules: sloAlerts(slo).map((one) => alertRule(one, pace, runbooks)) },
  ]);
}

/** Names carry the windows of real time, whatever the pace: boards and alerts are the same then. */
const ratioName = (seconds: number): string => `slo:sli_error:ratio_rate${REAL_TIME.window(seconds)}`;
const over = (query: string, window: string): string => query.replaceAll("$window", window);

function recordings(slo: Slo, pace: Pace): readonly Rule[] {
  const labels = { slo: slo.name };
  const window = pace.window(FIVE_MINUTES);
  return [
    { record: "slo:sli_bad:rate5m", expr: over(slo.bad, window), labels },
    { record: "slo:sli_total:rate5m", expr: over(slo.total, window), labels },
    { record: "slo:objective:ratio", expr: `vector(${slo.objective})`, labels },
    ...WINDOWS_S.map((seconds) => ({
      record: ratioName(seconds),
      expr: `(${over(slo.bad, pace.window(seconds))})\n/\n(${over(slo.total, pace.window(seconds))})`,
      labels,
    })),
  ];
}

/** What is left of 30 days' budget: 1 when nothing was bad, below 0 when it is used up; absent without events. */
function budget({ name, objective }: Slo, pace: Pace): Rule {
  const average = (record: string): string =>
    `avg_over_time(${record}{slo="${name}"}[${pace.window(BUDGET_S)}])`;
  return {
    record: "slo:error_budget_remaining:ratio",
    expr: `1 - (${average("slo:sli_bad:rate5m")} / (${average("slo:sli_total:rate5m")} > 0)) / ${allowed(objective)}`,
    labels: { slo: name },
  };
}

/** The part that may be bad, without what binary fractions add to it. */
const allowed = (objective: number): number => Number((1 - objective).toFixed(6));

/** By the same name: a page where the budget is gone within days, a ticket where it does not last the month. */
export const sloAlerts = (slo: Slo): readonly Alert[] => [
  ...(slo.pages ? [sloAlert(slo, "page", PAGE, 2 * MINUTE_S)] : []),
  sloAlert(slo, "ticket", TICKET, 15 * MINUTE_S),
];

function sloAlert(slo: Slo, severity: "page" | "ticket", burns: readonly Burn[], forS: number): Alert {
  return {
    ...{ name: slo.alert, area: slo.area, severity, forS },
    expr: (pace) => burns.map((burn) => `(${burning(slo, burn, pace)})`).join("\nor\n"),
    summary: `${slo.promise}: not now, {{ $value | humanizePercentage }} are bad`,
    description: `${slo.impact} ${
      severity === "page"
        ? "At this rate a month's allowance is gone within days."
        : "At this rate the allowance does not last the month."
    }`,
  };
}

function burning(slo: Slo, { longS, shortS, factor }: Burn, pace: Pace): string {
  const most = Number((factor * allowed(slo.objective)).toFixed(6));
  const exceeds = (seconds: number): string => `${ratioName(seconds)}{slo="${slo.name}"} > ${most}`;
  const window = pace.window(longS);
  // By number of events: rates are by second of the window as it is here.
  const bad = `(${over(slo.bad, window)}) * ${pace.length(longS)} >= ${slo.fewestBad}`;
  return `${exceeds(longS)}\nand ${exceeds(shortS)}\nand on () ${bad}`;
}
