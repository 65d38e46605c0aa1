import type { RuleCase } from "./rule-case.ts";

const buckets = (
  name: string,
  le: string,
  good: string,
  all: string,
  labels = "",
): Record<string, string> => ({
  [`${name}_bucket{le="${le}"${labels === "" ? "" : `,${labels}`}}`]: good,
  [`${name}_count${labels === "" ? "" : `{${labels}}`}`]: all,
  // Stands at 0 from the start, as all counters do.
  'simon_orders_settled_total{outcome="refused"}': "0x3100",
});
const ORDERS = "simon_order_processing_seconds";

export const OBJECTIVE_CASES: readonly RuleCase[] = [
  {
    alert: "OrdersLate",
    severity: "page",
    what: "a tenth is late for half an hour, then none: it calls, and stops when the short window is clean",
    series: buckets(ORDERS, "300", "0+10x60 609+9x30 879+10x180", "0+10x270"),
    firing: { "60m": 0, "85m": 1, "125m": 0 },
  },
  {
    alert: "OrdersLate",
    severity: "page",
    what: "two late orders in a quiet night call nobody",
    series: buckets(ORDERS, "300", "0x30 0x90", "0x30 1x5 2x90"),
    firing: { "40m": 0, "60m": 0 },
  },
  {
    alert: "OrdersLate",
    severity: "page",
    what: "a gap of four minutes in the scrape and a restart in the middle change nothing",
    series: buckets(ORDERS, "300", "0+10x60 609+9x5 _x4 690+9x5 0+9x60", "0+10x65 _x4 700+10x5 0+10x60"),
    firing: { "60m": 0, "85m": 1 },
  },
  {
    alert: "OrdersLate",
    severity: "page",
    what: "of two replicas one is late: both count together",
    series: {
      ...buckets(ORDERS, "300", "0+10x120", "0+10x120", 'instance="a"'),
      ...buckets(ORDERS, "300", "0+10x60 609+9x60", "0+10x120", 'instance="b"'),
    },
    firing: { "50m": 0, "90m": 1 },
  },
  {
    alert: "OrdersLate",
    severity: "page",
    what: "without any metric it says nothing: others miss them",
    series: { up: "0x60" },
    firing: { "60m": 0 },
  },
  {
    alert: "OrdersLate",
    severity: "ticket",
    stepM: 10,
    what: "one in two hundred is late all day: a ticket, and nobody is called",
    series: buckets(ORDERS, "300", "0+2000x6 13990+1990x200 412000+2000x100", "0+2000x310"),
    firing: { "60m": 0, "1900m": 1, "2900m": 0 },
  },
  {
    alert: "OrdersLate",
    severity: "page",
    stepM: 10,
    what: "one in two hundred late all day calls nobody",
    series: buckets(ORDERS, "300", "0+2000x6 13990+1990x200", "0+2000x210"),
    firing: { "1900m": 0 },
  },
  {
    alert: "OrdersSlow",
    severity: "ticket",
    stepM: 10,
    what: "a tenth takes more than five seconds",
    series: buckets(ORDERS, "5", "0+100x6 690+90x60 6190+100x150", "0+100x220"),
    firing: { "50m": 0, "600m": 1, "2100m": 0 },
  },
  {
    alert: "ChangesLate",
    severity: "page",
    what: "half of the changes come late",
    series: buckets("simon_change_latency_seconds", "60", "0+10x60 605+5x30 760+10x100", "0+10x200"),
    firing: { "60m": 0, "85m": 1, "130m": 0 },
  },
  {
    alert: "ChangesLate",
    severity: "ticket",
    stepM: 10,
    what: "a twentieth comes late all day",
    series: buckets("simon_change_latency_seconds", "60", "0+200x6 1390+190x60 12990+200x150", "0+200x220"),
    firing: { "50m": 0, "600m": 1, "2100m": 0 },
  },
  {
    alert: "PollsFail",
    severity: "ticket",
    stepM: 10,
    what: "a fifth of the polls fails",
    series: {
      'simon_polls_total{result="unchanged"}': "0+100x6 680+80x60 5580+100x150",
      'simon_polls_total{result="failed"}': "0x6 20+20x60 1220x150",
    },
    firing: { "50m": 0, "600m": 1, "2100m": 0 },
  },
  {
    alert: "ConsoleFails",
    severity: "page",
    what: "a tenth of the answers are errors of ours",
    series: {
      'simon_console_requests_seconds_count{status="2xx"}': "0+90x200",
      'simon_console_requests_seconds_count{status="5xx"}': "0x60 10+10x30 310x100",
    },
    firing: { "60m": 0, "85m": 1, "130m": 0 },
  },
  {
    alert: "ConsoleFails",
    severity: "ticket",
    stepM: 10,
    what: "one in two hundred for half a day",
    series: {
      'simon_console_requests_seconds_count{status="2xx"}': "0+1990x220",
      'simon_console_requests_seconds_count{status="5xx"}': "0x6 10+10x60 610x150",
    },
    firing: { "50m": 0, "600m": 1, "2100m": 0 },
  },
];
