import type { RuleCase } from "./rule-case.ts";

const REQUESTS = 'simon_records_consumed_total{component="order-writer"}';
const counts = (alert: string, series: string, step: number, what: string): RuleCase => ({
  ...{ alert, what },
  series: { [series]: `0x20 ${step}x160` },
  firing: { "19m": 0, "25m": 1, "100m": 0 },
});

export const ORDER_CASES: readonly RuleCase[] = [
  {
    alert: "OrdersStandStill",
    what: "orders are asked for and none ends, until one does",
    series: {
      [REQUESTS]: "0+1x90",
      'simon_orders_settled_total{outcome="written"}': "0+1x30 30x30 31+1x30",
      'simon_order_states{state="waiting",instance="a"}': "3x90",
    },
    firing: { "30m": 0, "60m": 1, "70m": 0 },
  },
  {
    alert: "OrdersStandStill",
    what: "at night, when nobody asks for any, what waits for one tenant calls nobody",
    series: {
      [REQUESTS]: "9x90",
      'simon_orders_settled_total{outcome="written"}': "9x90",
      'simon_order_states{state="waiting",instance="a"}': "3x90",
    },
    firing: { "60m": 0 },
  },
  {
    alert: "OrderStuck",
    what: "two replicas tell of the same order: one alert, until it is settled",
    series: {
      'simon_order_oldest_open_seconds{instance="a"}': "0+60x90 0x20",
      'simon_order_oldest_open_seconds{instance="b"}': "0+60x90 0x20",
    },
    firing: { "60m": 0, "80m": 1, "95m": 0 },
  },
  {
    alert: "OrderStuck",
    what: "of an order-writer that is gone nothing is told, and nothing stays",
    series: { 'simon_order_oldest_open_seconds{instance="a"}': "0+60x90 stale" },
    firing: { "80m": 1, "95m": 0 },
  },
  {
    alert: "OrderOutcomeUnknown",
    what: "an order is unknown for twenty minutes; one that waits as long is not meant",
    series: {
      'simon_order_state_oldest_seconds{state="unknown"}': "0x10 0+60x25 0x20",
      'simon_order_state_oldest_seconds{state="waiting"}': "5000x60",
    },
    firing: { "24m": 0, "34m": 1, "40m": 0 },
  },
  counts("OrdersDoubled", 'simon_reconcile_discrepancies_total{kind="duplicate"}', 1, "one order is doubled"),
  counts("OrdersDiffer", 'simon_reconcile_discrepancies_total{kind="missing"}', 1, "one order is gone"),
  {
    alert: "OrdersDoubled",
    what: "a missing one is no double",
    series: { 'simon_reconcile_discrepancies_total{kind="missing"}': "0x20 1x60" },
    firing: { "25m": 0 },
  },
  {
    alert: "ReconcilerStale",
    what: "no comparison for seven hours, and one that is switched off",
    series: {
      'simon_reconcile_last_success_timestamp_seconds{instance="a"}': "60x430 25800+60x60",
      'simon_reconcile_last_success_timestamp_seconds{instance="b"}': "0x500",
    },
    firing: { "300m": 0, "420m": 1, "440m": 0 },
  },
  {
    alert: "ReconcilerStale",
    what: "one that is switched off",
    series: { simon_reconcile_last_success_timestamp_seconds: "0x500" },
    firing: { "480m": 0 },
  },
  {
    alert: "OrdersRefusedOften",
    what: "half is refused; a few refusals are no alert",
    series: {
      'simon_orders_settled_total{outcome="written"}': "0+1x200",
      'simon_orders_settled_total{outcome="refused"}': "0x30 1+1x40 41x130",
    },
    firing: { "35m": 0, "65m": 1, "140m": 0 },
  },
  counts("TurnsBreak", 'simon_turns_broken_total{component="unit4-poller"}', 8, "turns of the poller break"),
  counts("DatabaseWentBack", "simon_database_went_back_total", 1, "once"),
];
