import type { Alert } from "../alert.ts";
import { HOUR_S, MINUTE_S, type Pace } from "../pace.ts";

const increased =
  (series: string, seconds: number, most = 0) =>
  (pace: Pace): string =>
    `sum(increase(${series}[${pace.window(seconds)}])) > ${most}`;
const REQUESTS = 'simon_records_consumed_total{component="order-writer"}';

/** What goes wrong with orders, beside the objectives. */
export const ORDER_ALERTS: readonly Alert[] = [
  {
    name: "OrdersStandStill",
    area: "orders",
    severity: "page",
    // An objective counts orders that come to an end, and says nothing when none does.
    expr: (pace) =>
      `sum(increase(${REQUESTS}[${pace.window(15 * MINUTE_S)}])) >= 3\nand\nsum(increase(simon_orders_settled_total[${pace.window(15 * MINUTE_S)}])) == 0\nand\nmax(sum by (instance) (simon_order_states)) > 0`,
    forS: 5 * MINUTE_S,
    summary: "Orders are asked for and none is written or refused",
    description:
      "For 15 minutes no order came to an end though {{ $value }} were asked for. They wait in the ledger and are not lost.",
  },
  {
    name: "OrderStuck",
    area: "orders",
    severity: "ticket",
    expr: (pace) => `max(simon_order_oldest_open_seconds) > ${pace.age(HOUR_S)}`,
    forS: 5 * MINUTE_S,
    summary: "An order has waited for {{ $value | humanizeDuration }}",
    description:
      "Often one tenant whose connection to Unit4 ended; its office misses its orders. The console says of each order why it waits.",
  },
  {
    name: "OrderOutcomeUnknown",
    area: "orders",
    severity: "ticket",
    expr: (pace) => `max(simon_order_state_oldest_seconds{state="unknown"}) > ${pace.age(15 * MINUTE_S)}`,
    forS: 5 * MINUTE_S,
    summary: "For {{ $value | humanizeDuration }} it is not known whether an order is in Unit4",
    description:
      "It was sent, no answer came, and looking it up gave none either. It is not sent again before it was looked up twice.",
  },
  {
    name: "OrdersDoubled",
    area: "orders",
    severity: "page",
    expr: increased('simon_reconcile_discrepancies_total{kind="duplicate"}', HOUR_S),
    forS: 0,
    summary: "A workorder has two orders in Unit4",
    description:
      "A customer may be billed twice. The office has a message with both numbers and has to delete one.",
  },
  {
    name: "OrdersDiffer",
    area: "orders",
    severity: "ticket",
    expr: increased('simon_reconcile_discrepancies_total{kind=~"missing|differs"}', HOUR_S),
    forS: 0,
    summary: "A written order is gone from Unit4, or has other content there",
    description:
      "Mostly somebody deleted or changed it in Unit4; many at a time are a fault of ours or a backup that was put back.",
  },
  {
    name: "ReconcilerStale",
    area: "orders",
    severity: "ticket",
    expr: (pace) =>
      `time() - (max(simon_reconcile_last_success_timestamp_seconds) > 0) > ${pace.age(6 * HOUR_S)}`,
    forS: 15 * MINUTE_S,
    summary: "The ledger was not compared with Unit4 for {{ $value | humanizeDuration }}",
    description: "Orders that are doubled or missing would not be noticed.",
  },
  {
    name: "OrdersRefusedOften",
    area: "orders",
    severity: "ticket",
    expr: (pace) => {
      const sum = (series: string): string => `sum(increase(${series}[${pace.window(HOUR_S)}]))`;
      const refused = sum('simon_orders_settled_total{outcome="refused"}');
      return `${refused} / ${sum("simon_orders_settled_total")} > 0.3\nand\n${refused} >= 10`;
    },
    forS: 5 * MINUTE_S,
    summary: "Unit4 refuses {{ $value | humanizePercentage }} of the orders",
    description:
      "Offices have a message for each. So many at a time tell of one cause: a change in Unit4 or of ours.",
  },
  {
    name: "TurnsBreak",
    area: "processes",
    severity: "ticket",
    expr: (pace) =>
      ["simon_order_turn_failures_total", "simon_turns_broken_total"]
        .map((series) => `sum by (component) (increase(${series}[${pace.window(15 * MINUTE_S)}])) > 3`)
        .join("\nor\n"),
    forS: 0,
    summary: "Turns of {{ $labels.component }} end in errors of our own",
    description:
      "The tenants concerned are tried again and again without getting anywhere; the log has each error.",
  },
  {
    name: "DatabaseWentBack",
    area: "postgres",
    severity: "page",
    expr: increased("simon_database_went_back_total", HOUR_S),
    forS: 0,
    summary: "PostgreSQL lacks what it had confirmed",
    description:
      "As after a failover to a standby that was behind, or a backup. Orders of the lost stretch are looked for in Unit4 before any is sent.",
  },
];
