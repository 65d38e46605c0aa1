import type { Board } from "../board.ts";

const NO_EVENTS = "nothing happened in this time.";

export const NODE: Board = {
  uid: "simon-node",
  title: "Simon / Processes",
  description: "The processes themselves: processor, memory, event loop, and the console's answers.",
  alerts: ["ServiceGone", "TargetDown", "ProcessRestarts", "EventLoopLags", "ConsoleFails"],
  rows: [
    {
      title: "Processes",
      panels: [
        {
          ...{ title: "Event loop", kind: "lines", unit: "s", warn: [0.1, 0.5] },
          description: "How late work begins, 99 % of the time at most. Node fails here first.",
          queries: [{ expr: "nodejs_eventloop_lag_p99_seconds", legend: "{{job}} {{instance}}" }],
        },
        {
          ...{ title: "Processor", kind: "lines", unit: "percentunit", warn: [0.8, 1] },
          description: "1 is one processor; a process cannot compute more.",
          queries: [
            { expr: "rate(process_cpu_seconds_total[$__rate_interval])", legend: "{{job}} {{instance}}" },
          ],
        },
        {
          ...{ title: "Memory", kind: "lines", unit: "bytes" },
          description: "Resident; a service stays below 256 MB with the options that the README gives.",
          queries: [{ expr: "process_resident_memory_bytes", legend: "{{job}} {{instance}}" }],
        },
        {
          ...{ title: "Heap in use", kind: "lines", unit: "bytes" },
          description: "Of JavaScript. Growing for days: something is kept.",
          queries: [{ expr: "nodejs_heap_size_used_bytes", legend: "{{job}} {{instance}}" }],
        },
        {
          ...{ title: "Collecting garbage", kind: "lines", unit: "percentunit", none: "none was collected." },
          description: "Part of the time.",
          queries: [
            {
              expr: "sum by (job, instance) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))",
              legend: "{{job}} {{instance}}",
            },
          ],
        },
        {
          ...{ title: "Started", kind: "table", unit: "dateTimeFromNow" },
          description: "When each process started.",
          queries: [{ expr: "process_start_time_seconds * 1000", legend: "{{job}} {{instance}}" }],
        },
      ],
    },
    {
      title: "Console",
      panels: [
        {
          ...{ title: "Requests", kind: "lines", unit: "ops" },
          description: "By kind of answer; 5xx are errors of ours.",
          queries: [
            {
              expr: "sum by (status) (rate(simon_console_requests_seconds_count[$__rate_interval]))",
              legend: "{{status}}",
            },
          ],
        },
        {
          ...{ title: "Time to answer", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "95 % of the answers take no longer.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le) (rate(simon_console_requests_seconds_bucket[$__rate_interval])))",
              legend: "95 %",
            },
          ],
        },
        {
          ...{ title: "Live pages and refusals", kind: "lines", unit: "short" },
          description:
            "Pages that follow what happens, and requests within five minutes that may be a sign of an intruder.",
          queries: [
            { expr: "sum(simon_console_streams)", legend: "live pages" },
            { expr: "sum(increase(simon_console_refusals_total[5m]))", legend: "refusals" },
          ],
        },
      ],
    },
  ],
};

export const ROLLOUT: Board = {
  uid: "simon-rollout",
  title: "Simon / Rollout",
  description:
    "Whether a new release does as well as the one before: versions, restarts, and latency against yesterday.",
  alerts: ["VersionsMixed", "ProcessRestarts"],
  rows: [
    {
      title: "Releases",
      panels: [
        {
          ...{ title: "Processes by release", kind: "lines", unit: "short", width: 12 },
          description: "Two lines while a rollout runs.",
          queries: [
            { expr: "count by (component, version) (simon_build_info)", legend: "{{component}} {{version}}" },
          ],
        },
        {
          ...{ title: "Restarts", kind: "lines", unit: "short", width: 12 },
          description: "Within half an hour, by process.",
          queries: [{ expr: "changes(process_start_time_seconds[30m])", legend: "{{job}} {{instance}}" }],
        },
      ],
    },
    {
      title: "Against yesterday",
      panels: [
        {
          ...{ title: "Orders", kind: "lines", unit: "s", width: 12, none: NO_EVENTS },
          description: "95 % are in Unit4 within this time, now and at the same hour of yesterday.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le) (rate(simon_order_processing_seconds_bucket[$__rate_interval])))",
              legend: "now",
            },
            {
              expr: "histogram_quantile(0.95, sum by (le) (rate(simon_order_processing_seconds_bucket[$__rate_interval] offset 1d)))",
              legend: "yesterday",
            },
          ],
        },
        {
          ...{ title: "Changes", kind: "lines", unit: "s", width: 12, none: NO_EVENTS },
          description: "95 % are in Simon within this time, now and at the same hour of yesterday.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le) (rate(simon_change_latency_seconds_bucket[$__rate_interval])))",
              legend: "now",
            },
            {
              expr: "histogram_quantile(0.95, sum by (le) (rate(simon_change_latency_seconds_bucket[$__rate_interval] offset 1d)))",
              legend: "yesterday",
            },
          ],
        },
      ],
    },
  ],
};
