/** An objective over 30 days: which part of the events may be bad, and which they are. */
export type Slo = {
  /** Value of the label `slo`. */
  readonly name: string;
  /** Name of its alerts, and with dashes of their runbook. */
  readonly alert: string;
  readonly area: "orders" | "unit4" | "console";
  /** Part of the events that is good, such as 0.999. */
  readonly objective: number;
  /** What is promised, in one line that has no full stop. */
  readonly promise: string;
  /** What people notice while it is broken. */
  readonly impact: string;
  /** Events by second over a window, which stands as $window in the query. */
  readonly bad: string;
  readonly total: string;
  /** Fewer bad events in a window are nobody's call: in a quiet hour one of five is much. */
  readonly fewestBad: number;
  /** Whether somebody is called at night, or it waits for the morning. */
  readonly pages: boolean;
};

const rate = (series: string): string => `sum(rate(${series}[$window]))`;

/** What the pipeline promises its users. Everything else follows: rules, alerts, the board of budgets. */
export const SLOS: readonly Slo[] = [
  {
    name: "changes-fresh",
    alert: "ChangesLate",
    area: "unit4",
    objective: 0.99,
    promise: "99 % of the changes that the poller saw in Unit4 are in Simon within 60 seconds",
    impact: "Mechanics work with customers and articles of before.",
    bad: `${rate("simon_change_latency_seconds_count")} - ${rate('simon_change_latency_seconds_bucket{le="60"}')}`,
    total: rate("simon_change_latency_seconds_count"),
    fewestBad: 20,
    pages: true,
  },
  {
    name: "orders-in-time",
    alert: "OrdersLate",
    area: "orders",
    objective: 0.999,
    promise:
      "99.9 % of the archived workorders are an order in Unit4, or refused with a message, within 5 minutes",
    impact: "Offices miss orders in Unit4 and may type them in by hand, which makes doubles.",
    bad: `${rate("simon_order_processing_seconds_count")} - ${rate('simon_order_processing_seconds_bucket{le="300"}')}`,
    total: `${rate("simon_order_processing_seconds_count")} + ${rate('simon_orders_settled_total{outcome="refused"}')}`,
    fewestBad: 3,
    pages: true,
  },
  {
    name: "orders-prompt",
    alert: "OrdersSlow",
    area: "orders",
    objective: 0.99,
    promise: "99 % of the written orders are in Unit4 within 5 seconds of their workorder's arrival",
    impact: "The number of the order is not there yet when somebody looks.",
    bad: `${rate("simon_order_processing_seconds_count")} - ${rate('simon_order_processing_seconds_bucket{le="5"}')}`,
    total: rate("simon_order_processing_seconds_count"),
    fewestBad: 10,
    pages: false,
  },
  {
    name: "polls",
    alert: "PollsFail",
    area: "unit4",
    objective: 0.99,
    promise: "99 % of the lists that are asked of Unit4 are read",
    impact: "Changes of the tenants concerned come later, one interval for each poll that failed.",
    bad: rate('simon_polls_total{result=~"failed|incomplete"}'),
    total: rate("simon_polls_total"),
    fewestBad: 20,
    pages: false,
  },
  {
    name: "console-answers",
    alert: "ConsoleFails",
    area: "console",
    objective: 0.999,
    promise: "99.9 % of the requests to the console and its interface are answered without an error of ours",
    impact: "People of offices see an error page, and programs of tenants get an error.",
    bad: rate('simon_console_requests_seconds_count{status="5xx"}'),
    total: rate("simon_console_requests_seconds_count"),
    fewestBad: 5,
    pages: true,
  },
];
