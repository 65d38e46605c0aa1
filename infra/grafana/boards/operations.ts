import type { Board } from "../board.ts";

const NONE_OPEN = "no operation is open.";
const NO_EVENTS = "nothing happened in this time.";

export const OPERATIONS: Board = {
  uid: "simon-operations",
  title: "Simon / Operations",
  description: "Replays and their like: how far each kind is, and what live work notices of them.",
  alerts: ["ChangesLate", "LoopStuck", "PostgresPoolWaits"],
  marks: [
    {
      ...{ name: "Begun", color: "blue", text: "{{kind}} begun" },
      expr: 'max by (kind) (simon_operations{state="running"}) > max by (kind) (simon_operations{state="running"} offset 1m)',
    },
    {
      ...{ name: "Done", color: "green", text: "{{kind}} done" },
      expr: 'sum by (kind) (increase(simon_operations_ended_total{result="done"}[1m])) > 0',
    },
    {
      ...{ name: "Failed", color: "red", text: "{{kind}} failed" },
      expr: 'sum by (kind) (increase(simon_operations_ended_total{result="failed"}[1m])) > 0',
    },
  ],
  rows: [
    {
      title: "How far they are",
      panels: [
        {
          ...{ title: "Done of what runs", kind: "lines", unit: "percentunit", none: NONE_OPEN },
          description:
            "Of the operation of a kind that is least far; a flat line is one that waits or yields.",
          queries: [
            {
              expr: 'max by (kind) (simon_operation_progress_ratio{state="running"})',
              legend: "{{kind}}",
            },
          ],
        },
        {
          ...{ title: "Open operations", kind: "lines", unit: "short" },
          description:
            "Planned ones wait for their plan, or for a person who confirms it; paused ones for whoever resumes them.",
          queries: [{ expr: "max by (kind, state) (simon_operations)", legend: "{{kind}} {{state}}" }],
        },
        {
          ...{ title: "Ended", kind: "bars", unit: "short", none: NO_EVENTS },
          description:
            "Within a day, by how they ended; npm run ops -- operations list shows why one failed.",
          queries: [
            {
              expr: "sum by (kind, result) (increase(simon_operations_ended_total[1d]))",
              legend: "{{kind}} {{result}}",
            },
          ],
        },
      ],
    },
    {
      title: "What live work notices",
      panels: [
        {
          ...{ title: "Change to row", kind: "lines", unit: "s", width: 12, none: NO_EVENTS },
          description:
            "99 % of changes are in Simon within so long; operations yield before it is two seconds.",
          queries: [
            {
              expr: "histogram_quantile(0.99, sum by (le) (rate(simon_change_latency_seconds_bucket[$__rate_interval])))",
              legend: "99 %",
            },
          ],
        },
        {
          ...{ title: "Waited", kind: "lines", unit: "percentunit", width: 12, none: NONE_OPEN },
          description: "Part of the time in which replays wait, by why: at their ceiling, or for live work.",
          queries: [
            {
              expr: "sum by (reason) (rate(simon_replay_throttled_seconds_total[$__rate_interval]))",
              legend: "{{reason}}",
            },
          ],
        },
      ],
    },
  ],
};
