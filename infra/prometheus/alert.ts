import type { Pace } from "./pace.ts";

/** Where an alert belongs, for whoever routes it. */
type Area = "orders" | "unit4" | "kafka" | "postgres" | "registry" | "console" | "processes";

/** An alert as its source has it; rules of Prometheus are made of it. */
export type Alert = {
  /** In words that tell the symptom; with dashes it is the name of its runbook. */
  readonly name: string;
  readonly area: Area;
  /** `page`: somebody is called, at any hour. `ticket`: it waits for the morning. */
  readonly severity: "page" | "ticket" | "none";
  readonly expr: (pace: Pace) => string;
  /** How long it has to be so, in seconds. */
  readonly forS: number;
  /** One line, with what it is about: `{{ $labels.component }}`. */
  readonly summary: string;
  /** What it means for people, and where to begin. */
  readonly description: string;
};

/** A rule as Prometheus reads it. */
export type Rule =
  | { readonly record: string; readonly expr: string; readonly labels?: Readonly<Record<string, string>> }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

export type RuleGroup = {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
};

/** The file of an alert's runbook below infra/docs/runbooks: OrdersLate → orders-late.md. */
export const runbookOf = (alert: string): string =>
  `${alert.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase()}.md`;

/** @param runbooks address of the folder of runbooks, without a slash at the end */
export function alertRule(alert: Alert, pace: Pace, runbooks: string): Rule {
  return {
    alert: alert.name,
    expr: alert.expr(pace),
    ...(alert.forS === 0 ? {} : { for: pace.window(alert.forS) }),
    labels: { severity: alert.severity, area: alert.area },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: `${runbooks}/${runbookOf(alert.name)}`,
    },
  };
}
