import { SLOS } from "../../prometheus/slos.ts";
import type { Board } from "../board.ts";

const NO_EVENTS = "nothing happened that is measured, or the rules are not loaded.";

export const FLEET: Board = {
  uid: "simon-fleet",
  title: "Simon / Fleet",
  description: "Where to begin: whether offices get their orders and changes, and what burns.",
  alerts: ["OrdersLate", "ChangesLate", "TenantsFailing", "ServiceGone"],
  rows: [
    {
      title: "What people notice",
      panels: [
        {
          ...{ title: "Alerts that fire", kind: "table", unit: "none", width: 16 },
          description: "All that fire now, but for the one that always does.",
          queries: [{ expr: 'ALERTS{alertstate="firing",alertname!="Watchdog"}', legend: "{{alertname}}" }],
          none: "nothing is wrong.",
        },
        {
          ...{
            title: "Budget that is left",
            kind: "bars",
            unit: "percentunit",
            warn: [0.5, 0],
            isLowBad: true,
          },
          description: "Of 30 days, by objective; below 0 it is used up.",
          queries: [{ expr: "slo:error_budget_remaining:ratio", legend: "{{slo}}" }],
          none: NO_EVENTS,
        },
        {
          ...{ title: "Orders that wait", kind: "lines", unit: "short" },
          description: "Open orders of the ledger by state. Unknown: sent, and not known whether it arrived.",
          queries: [{ expr: "max by (state) (simon_order_states)", legend: "{{state}}" }],
        },
        {
          ...{ title: "Oldest open order", kind: "number", unit: "s", warn: [300, 3_600] },
          description: "Since its archiving. Above an hour mostly one tenant whose connection ended.",
          queries: [{ expr: "max(simon_order_oldest_open_seconds)", legend: "age" }],
        },
        {
          ...{ title: "Tenants", kind: "lines", unit: "short" },
          description: "Active tenants by what they are to the poller.",
          queries: [{ expr: "max by (state) (simon_tenants)", legend: "{{state}}" }],
        },
      ],
    },
    {
      title: "What goes through",
      panels: [
        {
          ...{ title: "Changes", kind: "lines", unit: "ops" },
          description: "Rows written in Simon by second.",
          queries: [
            {
              expr: "sum by (entity) (rate(simon_rows_projected_total[$__rate_interval]))",
              legend: "{{entity}}",
            },
          ],
        },
        {
          ...{ title: "Orders", kind: "lines", unit: "ops" },
          description: "Orders that came to their end by second.",
          queries: [
            {
              expr: "sum by (outcome) (rate(simon_orders_settled_total[$__rate_interval]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ title: "Records that wait", kind: "lines", unit: "short" },
          description: "Not processed yet, by topic. Flat above 0: its consumer stands still.",
          queries: [{ expr: "sum by (topic) (simon_consumer_lag_records)", legend: "{{topic}}" }],
        },
      ],
    },
    {
      title: "What it stands on",
      panels: [
        {
          ...{ title: "Seconds since an answer", kind: "bars", unit: "s", warn: [60, 120] },
          description:
            "Of each dependency to whichever service waits longest. Unit4 is asked only when there is work.",
          queries: [
            {
              expr: "max by (dependency) (time() - max by (component, dependency) (simon_dependency_last_success_timestamp_seconds))",
              legend: "{{dependency}}",
            },
          ],
        },
        {
          ...{ title: "Processes", kind: "bars", unit: "short", warn: [1, 0], isLowBad: true },
          description: "That run, by service.",
          queries: [{ expr: "count by (component) (simon_build_info)", legend: "{{component}}" }],
        },
        {
          ...{ title: "Dead letters", kind: "lines", unit: "short", warn: [1, 100] },
          description: "Kept in the log: records that can never be processed.",
          queries: [{ expr: "max(simon_dead_letters_kept)", legend: "kept" }],
        },
      ],
    },
  ],
};

export const BUDGETS: Board = {
  uid: "simon-budgets",
  title: "Simon / Budgets",
  description: "Each objective: what is promised, how much of it is kept, and how fast the allowance burns.",
  alerts: SLOS.map(({ alert }) => alert),
  rows: SLOS.map(({ name, promise, objective, impact }) => ({
    title: promise,
    panels: [
      {
        ...{ title: "Budget that is left", kind: "number", unit: "percentunit", warn: [0.5, 0] },
        ...{ isLowBad: true, width: 6, none: NO_EVENTS },
        description: `Of 30 days; ${promise}.`,
        queries: [{ expr: `slo:error_budget_remaining:ratio{slo="${name}"}`, legend: "left" }],
      },
      {
        ...{ title: "Bad events", kind: "lines", unit: "percentunit", width: 9, none: NO_EVENTS },
        description: `Part of all events that was bad. ${impact}`,
        queries: [
          { expr: `slo:sli_error:ratio_rate5m{slo="${name}"}`, legend: "5 minutes" },
          { expr: `slo:sli_error:ratio_rate1h{slo="${name}"}`, legend: "an hour" },
          { expr: `slo:sli_error:ratio_rate1d{slo="${name}"}`, legend: "a day" },
        ],
      },
      {
        ...{ title: "Burn rate", kind: "lines", unit: "none", width: 9, warn: [1, 14.4], none: NO_EVENTS },
        description: "1 uses the allowance up in exactly 30 days; above 14.4 for an hour somebody is called.",
        queries: [
          {
            expr: `slo:sli_error:ratio_rate1h{slo="${name}"} / ${Number((1 - objective).toFixed(6))}`,
            legend: "an hour",
          },
        ],
      },
    ],
  })),
};
