import { COMPONENTS } from "../../../../support/all-metrics.ts";
import type { RuleCase } from "./rule-case.ts";

const MOMENT = "simon_dependency_last_success_timestamp_seconds";
const builds = (changed: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(
    COMPONENTS.map((name) => [
      `simon_build_info{component="${name}",version="1.1.0",instance="${name}"}`,
      "1x90",
    ]),
  ),
  ...changed,
});
const away = (alert: string, dependency: string, before?: string): readonly RuleCase[] => [
  {
    alert,
    what: "no answer for twenty minutes; a moment follows the time before and after",
    series: {
      [`${MOMENT}{component="console",instance="a",dependency="${dependency}"}`]:
        "0+60x20 1200x20 2460+60x30",
      'simon_build_info{component="console",instance="a"}': "1x80",
    },
    firing: { "20m": 0, "35m": 1, "45m": 0 },
  },
  {
    alert,
    what: "a process that started in the outage never got an answer",
    series: {
      'simon_build_info{component="console",instance="b"}': "1x80",
      ...(before === undefined
        ? {}
        : { [`${MOMENT}{component="console",instance="b",dependency="${before}"}`]: "0+60x80" }),
    },
    firing: { "1m": 0, "20m": 1 },
  },
  ...(before === undefined
    ? []
    : [
        {
          alert,
          what: "a process that started in an outage of something else has not come to it",
          series: { 'simon_build_info{component="console",instance="b"}': "1x80" },
          firing: { "20m": 0 },
        },
      ]),
  {
    alert,
    what: "one of two replicas gets answers: the service goes on, and others tell of the process",
    series: {
      [`${MOMENT}{component="console",instance="a",dependency="${dependency}"}`]: "0x80",
      [`${MOMENT}{component="console",instance="b",dependency="${dependency}"}`]: "0+60x80",
      'simon_build_info{component="console",instance="a"}': "1x80",
      'simon_build_info{component="console",instance="b"}': "1x80",
    },
    firing: { "60m": 0 },
  },
];
const certificate = (severity: "page" | "ticket", days: number): RuleCase => ({
  ...{ alert: "CertificateEnds", severity },
  what: "until a new one is there",
  series: {
    'simon_certificate_expiry_timestamp_seconds{component="console",certificate="sslrootcert"}': `${days * 86_400 + 3_600}x180 99999999x60`,
  },
  firing: { "50m": 0, "170m": 1, "200m": 0 },
});

export const PROCESS_CASES: readonly RuleCase[] = [
  ...away("KafkaDown", "kafka", "postgres"),
  ...away("PostgresDown", "postgres"),
  ...away("RegistryDown", "registry", "kafka"),
  {
    alert: "PostgresPoolWaits",
    what: "work waits all the time; a moment now and then is none",
    series: {
      'simon_postgres_pool_waiting_requests{component="console",pool="main"}': "0x20 3x30 0x30",
      'simon_postgres_pool_waiting_requests{component="log-sink",pool="main"}':
        "3 0 3 3 0 3 3 0 3 3 0 3 3 0x70",
    },
    firing: { "20m": 0, "45m": 1, "60m": 0 },
  },
  certificate("page", 3),
  certificate("ticket", 21),
  {
    alert: "ServiceGone",
    what: "its metric is gone, and comes back",
    series: builds({
      'simon_build_info{component="console",version="1.1.0",instance="console"}': "1x20 stale _x19 1x40",
    }),
    firing: { "20m": 0, "30m": 1, "45m": 0 },
  },
  {
    alert: "ServiceGone",
    what: "a gap of two minutes in the scrape, or a rollout, is none",
    series: builds({
      'simon_build_info{component="console",version="1.1.0",instance="console"}': "1x20 _x2 1x10 stale",
      'simon_build_info{component="console",version="1.2.0",instance="console2"}': "_x34 1x40",
    }),
    firing: { "24m": 0, "34m": 0, "60m": 0 },
  },
  {
    alert: "TargetDown",
    what: "one of two does not answer; targets of others are not ours",
    series: {
      'up{job="console",instance="a"}': "1x20 0x20 1x30",
      'up{job="console",instance="b"}': "1x80",
      'up{job="node-exporter",instance="a"}': "0x80",
    },
    firing: { "20m": 0, "30m": 1, "45m": 0 },
  },
  {
    alert: "LoopStuck",
    what: "a loop stands still; one that was never started is not meant",
    series: {
      'simon_loop_last_beat_timestamp_seconds{component="console",loop="emptying"}':
        "0+60x20 1200x30 3060+60x30",
      'simon_loop_interval_seconds{component="console",loop="emptying"}': "5x90",
      'simon_loop_last_beat_timestamp_seconds{component="console",loop="rehearsal"}': "0x90",
      'simon_loop_interval_seconds{component="console",loop="rehearsal"}': "0x90",
    },
    firing: { "30m": 0, "45m": 1, "55m": 0 },
  },
  {
    alert: "LoopStuck",
    what: "one that beats once an hour may be silent for so long",
    series: {
      'simon_loop_last_beat_timestamp_seconds{component="log-sink",loop="retention"}': "10x70",
      'simon_loop_interval_seconds{component="log-sink",loop="retention"}': "3600x90",
    },
    firing: { "65m": 0 },
  },
  {
    alert: "ProcessRestarts",
    what: "it starts again every two minutes for a while",
    series: {
      'process_start_time_seconds{job="console",instance="a"}': "1x20 2 2 3 3 4 4 5 5 6 6x60",
    },
    firing: { "20m": 0, "32m": 1, "70m": 0 },
  },
  {
    alert: "EventLoopLags",
    what: "a second late",
    series: { 'nodejs_eventloop_lag_p99_seconds{job="console",instance="a"}': "0.01x20 1x20 0.01x20" },
    firing: { "20m": 0, "35m": 1, "45m": 0 },
  },
  {
    alert: "VersionsMixed",
    what: "a rollout stops half way",
    series: builds({
      'simon_build_info{component="console",version="1.2.0",instance="console2"}': "_x30 1x200 stale",
      'simon_build_info{component="console",version="1.1.0",instance="console"}': "1x300",
    }),
    firing: { "100m": 0, "170m": 1, "240m": 0 },
  },
  {
    alert: "RequestsRefused",
    what: "thirty a minute",
    series: { 'simon_console_refusals_total{sign="sign"}': "0x20 30+30x20 630x40" },
    firing: { "20m": 0, "35m": 1, "70m": 0 },
  },
  {
    alert: "Watchdog",
    what: "always",
    series: { up: "1x10" },
    firing: { "0m": 1, "10m": 1 },
  },
];
