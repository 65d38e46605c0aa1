import type { Alert } from "../alert.ts";
import { HOUR_S, MINUTE_S } from "../pace.ts";

/** The services, as the label `component` has them and as their jobs are called; `all` runs them in one process. */
const COMPONENTS = [
  "unit4-poller",
  "simon-projector",
  "workorder-archived",
  "order-writer",
  "log-sink",
  "console",
] as const;
const JOBS = `job=~"${[...COMPONENTS, "all"].join("|")}"`;

/** What goes wrong with the processes themselves. */
export const PROCESS_ALERTS: readonly Alert[] = [
  {
    name: "ServiceGone",
    area: "processes",
    severity: "page",
    expr: () => COMPONENTS.map((name) => `absent(simon_build_info{component="${name}"})`).join("\nor\n"),
    forS: 3 * MINUTE_S,
    summary: "No process of {{ $labels.component }} is seen",
    description: "It does not run, or Prometheus cannot reach it. What it does waits.",
  },
  {
    name: "TargetDown",
    area: "processes",
    severity: "ticket",
    expr: () => `up{${JOBS}} == 0`,
    forS: 5 * MINUTE_S,
    summary: "{{ $labels.instance }} of {{ $labels.job }} cannot be asked for its metrics",
    description: "It ended, hangs, or cannot be reached. Others of its service go on.",
  },
  {
    name: "LoopStuck",
    area: "processes",
    severity: "page",
    expr: (pace) =>
      `time() - simon_loop_last_beat_timestamp_seconds > 3 * (simon_loop_interval_seconds > 0) + ${pace.age(15 * MINUTE_S)}`,
    forS: 5 * MINUTE_S,
    summary: "Loop {{ $labels.loop }} of {{ $labels.component }} stands still",
    description:
      "It finished no round for {{ $value | humanizeDuration }}: it hangs, or what it needs is away.",
  },
  {
    name: "ProcessRestarts",
    area: "processes",
    severity: "ticket",
    expr: (pace) => `changes(process_start_time_seconds{${JOBS}}[${pace.window(30 * MINUTE_S)}]) > 3`,
    forS: 0,
    summary: "{{ $labels.job }} at {{ $labels.instance }} started {{ $value }} times within half an hour",
    description:
      "Its log says why it ended, in the line service_failed; a process without such a line was killed.",
  },
  {
    name: "EventLoopLags",
    area: "processes",
    severity: "ticket",
    expr: () => `nodejs_eventloop_lag_p99_seconds{${JOBS}} > 0.5`,
    forS: 10 * MINUTE_S,
    summary:
      "{{ $labels.job }} at {{ $labels.instance }} does not get to its work for {{ $value | humanizeDuration }}",
    description: "It has too much to compute or too little processor; heartbeats and answers come late.",
  },
  {
    name: "VersionsMixed",
    area: "processes",
    severity: "ticket",
    expr: () => "count(count by (version) (simon_build_info)) > 1",
    forS: 2 * HOUR_S,
    summary: "{{ $value }} releases run beside each other for two hours",
    description:
      "A rollout did not come to its end. Releases may run side by side, but only two that follow each other.",
  },
  {
    name: "RequestsRefused",
    area: "console",
    severity: "ticket",
    expr: (pace) =>
      `sum by (sign) (increase(simon_console_refusals_total[${pace.window(15 * MINUTE_S)}])) > 200`,
    forS: 0,
    summary:
      "The console refused {{ $value | humanize }} requests in a quarter of an hour: {{ $labels.sign }}",
    description: "Somebody tries doors that are not theirs, or a program of a tenant has lost its key.",
  },
  {
    name: "Watchdog",
    area: "processes",
    severity: "none",
    expr: () => "vector(1)",
    forS: 0,
    summary: "Alerts come through",
    description:
      "Fires always. Whoever receives it calls somebody when it stops: Prometheus or Alertmanager is gone then.",
  },
];
