import type { Board, Panel } from "../board.ts";

const quantiles = (series: string): Panel["queries"] =>
  [0.5, 0.95, 0.99].map((part) => ({
    expr: `histogram_quantile(${part}, sum by (le) (rate(${series}_bucket[$__rate_interval])))`,
    legend: `${part * 100} %`,
  }));
const NO_EVENTS = "nothing happened in this time.";
const NONE_BAD = "nothing went wrong in this time.";

export const ORDERS: Board = {
  uid: "simon-orders",
  title: "Simon / Orders",
  description: "From the archived workorder to the order in Unit4.",
  alerts: ["OrdersLate", "OrdersStandStill", "OrderStuck", "OrderOutcomeUnknown", "OrdersDoubled"],
  rows: [
    {
      title: "In time?",
      panels: [
        {
          ...{ title: "Arrival to Unit4", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "From the archived event on its topic to the order in Unit4: the time that is ours.",
          queries: quantiles("simon_order_processing_seconds"),
        },
        {
          ...{ title: "Archiving to Unit4", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "By the sender's clock: also the time in which Simon kept it to itself.",
          queries: quantiles("simon_order_latency_seconds"),
        },
        {
          ...{ title: "Oldest by state", kind: "lines", unit: "s", warn: [300, 3_600] },
          description: "Age of the oldest order in each state, since its archiving.",
          queries: [{ expr: "max by (state) (simon_order_state_oldest_seconds)", legend: "{{state}}" }],
        },
      ],
    },
    {
      title: "What becomes of them",
      panels: [
        {
          ...{ title: "Decided", kind: "lines", unit: "ops" },
          description: "Archived workorders by what was decided.",
          queries: [
            {
              expr: "sum by (outcome) (rate(simon_workorders_decided_total[$__rate_interval]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ title: "Settled", kind: "lines", unit: "ops" },
          description: "Orders that came to their end.",
          queries: [
            {
              expr: "sum by (outcome) (rate(simon_orders_settled_total[$__rate_interval]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ title: "Steps", kind: "lines", unit: "ops" },
          description: "Of single orders: sent, looked up, put off. Many unknown: Unit4 answers badly.",
          queries: [
            {
              expr: "sum by (outcome) (rate(simon_order_steps_total[$__rate_interval]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          ...{ title: "Refusals", kind: "bars", unit: "short", none: NONE_BAD },
          description: "Of the last day, by reason; each is a message that its office reads.",
          queries: [
            {
              expr: "topk(8, sum by (code) (increase(simon_orders_refused_total[1d])) > 0)",
              legend: "{{code}}",
            },
          ],
        },
        {
          ...{ title: "Without a request", kind: "bars", unit: "short", none: NONE_BAD },
          description: "Archived workorders of the last day that became no order, by the first reason.",
          queries: [
            {
              expr: "topk(8, sum by (code) (increase(simon_workorders_without_request_total[1d])) > 0)",
              legend: "{{code}}",
            },
          ],
        },
        {
          ...{ title: "Discrepancies", kind: "bars", unit: "short", warn: [1, 5] },
          description:
            "Of the last day, between the ledger and Unit4. A duplicate is the one thing that must not be.",
          queries: [
            { expr: "sum by (kind) (increase(simon_reconcile_discrepancies_total[1d]))", legend: "{{kind}}" },
          ],
        },
      ],
    },
  ],
};

export const UNIT4: Board = {
  uid: "simon-unit4",
  title: "Simon / Unit4",
  description: "Every call of Unit4: how many, how they end and how long they take; tokens and polls.",
  alerts: ["Unit4Down", "Unit4Slow", "Unit4RefusesUs", "TokenRenewalsFail", "PollsStandStill"],
  rows: [
    {
      title: "Calls",
      panels: [
        {
          ...{ title: "By how they end", kind: "lines", unit: "ops" },
          description:
            "Unavailable or unknown for all: Unit4 is down. Forbidden or not found are of single tenants.",
          queries: [
            {
              expr: "sum by (result) (rate(simon_unit4_calls_total[$__rate_interval]))",
              legend: "{{result}}",
            },
          ],
        },
        {
          ...{ title: "By what is asked", kind: "lines", unit: "ops" },
          description: "Calls by operation.",
          queries: [
            {
              expr: "sum by (operation) (rate(simon_unit4_calls_total[$__rate_interval]))",
              legend: "{{operation}}",
            },
          ],
        },
        {
          ...{ title: "Duration", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "Repeats included.",
          queries: quantiles("simon_unit4_call_seconds"),
        },
        {
          ...{ title: "Slowest operations", kind: "bars", unit: "s", warn: [5, 10], none: NO_EVENTS },
          description: "95 % of the calls of each take no longer.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le, operation) (rate(simon_unit4_call_seconds_bucket[$__rate_interval])))",
              legend: "{{operation}}",
            },
          ],
        },
        {
          ...{ title: "Rests and repeats", kind: "lines", unit: "ops" },
          description: "How often Unit4 asked for rest, and how often a question was asked again.",
          queries: [
            { expr: "sum(rate(simon_unit4_parked_total[$__rate_interval]))", legend: "rests" },
            { expr: "sum(rate(simon_unit4_repeats_total[$__rate_interval]))", legend: "repeats" },
          ],
        },
        {
          ...{ title: "Renewals of tokens", kind: "lines", unit: "ops" },
          description: "Client-refused: our own secret is wrong, which stops everybody.",
          queries: [
            {
              expr: "sum by (result) (rate(simon_unit4_token_renewals_total[$__rate_interval]))",
              legend: "{{result}}",
            },
          ],
        },
      ],
    },
    {
      title: "Polls",
      panels: [
        {
          ...{ title: "Lists", kind: "lines", unit: "ops" },
          description: "Lists that were read, by how it ended.",
          queries: [
            { expr: "sum by (result) (rate(simon_polls_total[$__rate_interval]))", legend: "{{result}}" },
          ],
        },
        {
          ...{ title: "Duration of a poll", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "To read and compare one list.",
          queries: quantiles("simon_poll_duration_seconds"),
        },
        {
          ...{ title: "Longest without a full poll", kind: "number", unit: "s", warn: [3_600, 21_600] },
          description: "Of the active tenant that waits longest.",
          queries: [{ expr: "max(simon_poll_oldest_age_seconds)", legend: "age" }],
        },
      ],
    },
  ],
};
