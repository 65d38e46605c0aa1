import type { RuleCase } from "./rule-case.ts";

const both = (series: string, values: string): Record<string, string> => ({
  [series.replace("}", ',instance="a"}')]: values,
  [series.replace("}", ',instance="b"}')]: values,
});

export const UNIT4_CASES: readonly RuleCase[] = [
  {
    alert: "Unit4Down",
    what: "nine calls in ten get no answer",
    series: {
      'simon_unit4_calls_total{result="ok"}': "0+10x20 201+1x20 231+10x30",
      'simon_unit4_calls_total{result="unavailable"}': "0x20 9+9x20 189x30",
    },
    firing: { "20m": 0, "35m": 1, "55m": 0 },
  },
  {
    alert: "Unit4Down",
    what: "without any call nothing is known",
    series: {
      'simon_unit4_calls_total{result="ok"}': "5x60",
      'simon_unit4_calls_total{result="unavailable"}': "5x60",
    },
    firing: { "50m": 0 },
  },
  {
    alert: "Unit4Slow",
    what: "a tenth of the calls takes half a minute",
    series: {
      'simon_unit4_call_seconds_bucket{le="10"}': "0+10x20 209+9x30 479+10x30",
      'simon_unit4_call_seconds_bucket{le="30"}': "0+10x80",
      'simon_unit4_call_seconds_bucket{le="+Inf"}': "0+10x80",
    },
    firing: { "20m": 0, "45m": 1, "65m": 0 },
  },
  {
    alert: "Unit4AsksForRest",
    what: "four times a minute",
    series: { simon_unit4_parked_total: "0x20 4+4x20 84x40" },
    firing: { "20m": 0, "38m": 1, "70m": 0 },
  },
  {
    alert: "Unit4RefusesUs",
    what: "our client is refused when a token is renewed",
    series: {
      'simon_unit4_token_renewals_total{result="client-refused"}': "0x20 1+1x10 11x30",
      'simon_unit4_calls_total{result="client-refused"}': "0x60",
    },
    firing: { "20m": 0, "28m": 1, "45m": 0 },
  },
  {
    alert: "TokenRenewalsFail",
    what: "once a minute",
    series: { 'simon_unit4_token_renewals_total{result="revoked"}': "0x20 1+1x20 21x40" },
    firing: { "20m": 0, "38m": 1, "70m": 0 },
  },
  {
    alert: "TenantsFailing",
    what: "two replicas tell of the same tenants: a fifth fails",
    series: {
      ...both('simon_tenants{state="polled"}', "100x20 80x30 100x30"),
      ...both('simon_tenants{state="failing"}', "0x20 20x30 0x30"),
    },
    firing: { "20m": 0, "40m": 1, "60m": 0 },
  },
  {
    alert: "TenantsFailing",
    what: "a new process in the middle knows the same",
    series: {
      'simon_tenants{state="polled",instance="a"}': "80x25 stale",
      'simon_tenants{state="failing",instance="a"}': "20x25 stale",
      'simon_tenants{state="polled",instance="b"}': "_x25 80x30",
      'simon_tenants{state="failing",instance="b"}': "_x25 20x30",
    },
    firing: { "9m": 0, "24m": 1, "40m": 1 },
  },
  {
    alert: "TenantsDisconnected",
    what: "ten within an hour",
    series: both('simon_tenants{state="disconnected"}', "2x90 12x120"),
    firing: { "85m": 0, "110m": 1, "170m": 0 },
  },
  {
    alert: "PollsStandStill",
    what: "there are tenants, and nobody polls them",
    series: {
      ...both('simon_tenants{state="polled"}', "10x80"),
      ...both('simon_tenants{state="failing"}', "0x80"),
      'simon_polls_total{result="unchanged"}': "0+5x20 100x30 105+5x30",
    },
    firing: { "30m": 0, "45m": 1, "60m": 0 },
  },
  {
    alert: "PollsStandStill",
    what: "without tenants there is nothing to poll",
    series: {
      ...both('simon_tenants{state="polled"}', "0x80"),
      ...both('simon_tenants{state="failing"}', "0x80"),
      'simon_polls_total{result="unchanged"}': "100x80",
    },
    firing: { "60m": 0 },
  },
  {
    alert: "PollsBehind",
    what: "a tenant waits for seven hours",
    series: {
      'simon_poll_oldest_age_seconds{instance="a"}': "0+60x430 0x30",
      'simon_poll_oldest_age_seconds{instance="b"}': "0+60x430 0x30",
    },
    firing: { "350m": 0, "420m": 1, "440m": 0 },
  },
  {
    alert: "DeletionsHalted",
    what: "one list is halted",
    series: { 'simon_deletions_halted_total{entity="article"}': "0x20 1x120" },
    firing: { "19m": 0, "25m": 1, "100m": 0 },
  },
];
