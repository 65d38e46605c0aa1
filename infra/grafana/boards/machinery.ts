import type { Board } from "../board.ts";

const NO_EVENTS = "nothing happened in this time.";

export const KAFKA: Board = {
  uid: "simon-kafka",
  title: "Simon / Kafka",
  description: "What waits on the topics, how fast it is processed, and what is written.",
  alerts: ["KafkaDown", "ConsumerGone", "ConsumerStuck", "ConsumerBehind", "DeadLetters"],
  rows: [
    {
      title: "Reading",
      panels: [
        {
          ...{ title: "Records that wait", kind: "lines", unit: "short" },
          description: "By service and topic. Absent: nobody knows, which is an alert of its own.",
          queries: [
            {
              expr: "sum by (component, topic) (simon_consumer_lag_records)",
              legend: "{{component}} {{topic}}",
            },
          ],
        },
        {
          ...{ title: "Age of the oldest", kind: "lines", unit: "s", warn: [60, 600] },
          description: "How late a record is that comes now.",
          queries: [
            {
              expr: "max by (component, topic) (simon_consumer_lag_seconds)",
              legend: "{{component}} {{topic}}",
            },
          ],
        },
        {
          ...{ title: "Processed", kind: "lines", unit: "ops" },
          description: "Records by second.",
          queries: [
            {
              expr: "sum by (component, topic) (rate(simon_records_consumed_total[$__rate_interval]))",
              legend: "{{component}} {{topic}}",
            },
          ],
        },
        {
          ...{ title: "Duration of a chunk", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "95 % take no longer.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le, component) (rate(simon_batch_duration_seconds_bucket[$__rate_interval])))",
              legend: "{{component}}",
            },
          ],
        },
        {
          ...{ title: "Waiting for", kind: "lines", unit: "ops" },
          description: "Times that a batch was held, by what was down.",
          queries: [
            {
              expr: "sum by (component, reason) (rate(simon_consumer_holds_total[$__rate_interval]))",
              legend: "{{component}} {{reason}}",
            },
          ],
        },
        {
          ...{ title: "Joins", kind: "lines", unit: "ops" },
          description: "Times that consumers joined their group; each is a short stop.",
          queries: [
            {
              expr: "sum by (component) (rate(simon_consumer_joins_total[$__rate_interval]))",
              legend: "{{component}}",
            },
          ],
        },
      ],
    },
    {
      title: "Writing, and what cannot be read",
      panels: [
        {
          ...{ title: "Published", kind: "lines", unit: "ops" },
          description: "Records that Kafka acknowledged, and sends that failed.",
          queries: [
            {
              expr: "sum by (component) (rate(simon_records_published_total[$__rate_interval]))",
              legend: "{{component}}",
            },
            {
              expr: "sum by (component) (rate(simon_publish_failures_total[$__rate_interval]))",
              legend: "{{component}} failed",
            },
          ],
        },
        {
          ...{ title: "Until it is acknowledged", kind: "lines", unit: "s", none: NO_EVENTS },
          description: "95 % of the sends take no longer.",
          queries: [
            {
              expr: "histogram_quantile(0.95, sum by (le, component) (rate(simon_publish_duration_seconds_bucket[$__rate_interval])))",
              legend: "{{component}}",
            },
          ],
        },
        {
          ...{ title: "Dead letters", kind: "bars", unit: "short", warn: [1, 100] },
          description: "Set aside within a day, by topic.",
          queries: [{ expr: "sum by (topic) (increase(simon_dead_letters_total[1d]))", legend: "{{topic}}" }],
        },
      ],
    },
  ],
};

export const POSTGRES: Board = {
  uid: "simon-postgres",
  title: "Simon / PostgreSQL",
  description: "What services see of PostgreSQL: their connections, what waits, and since when it answered.",
  alerts: ["PostgresDown", "PostgresPoolWaits", "DatabaseWentBack", "LoopStuck"],
  rows: [
    {
      title: "Connections",
      panels: [
        {
          ...{ title: "Work that waits", kind: "lines", unit: "short", warn: [1, 10] },
          description: "For a connection; all the time above 0: slow statements, or too small a pool.",
          queries: [
            {
              expr: "max by (component, pool) (simon_postgres_pool_waiting_requests)",
              legend: "{{component}} {{pool}}",
            },
          ],
        },
        {
          ...{ title: "Part of the pool in use", kind: "lines", unit: "percentunit", warn: [0.8, 1] },
          description: "Of the connections that it may have.",
          queries: [
            {
              expr: 'sum by (component, pool) (simon_postgres_pool_connections{state="used"}) / sum by (component, pool) (simon_postgres_pool_max_connections)',
              legend: "{{component}} {{pool}}",
            },
          ],
        },
        {
          ...{ title: "Seconds since an answer", kind: "lines", unit: "s", warn: [60, 120] },
          description: "By service; asked every 15 s, and whether it takes writes.",
          queries: [
            {
              expr: 'time() - max by (component) (simon_dependency_last_success_timestamp_seconds{dependency="postgres"})',
              legend: "{{component}}",
            },
          ],
        },
      ],
    },
    {
      title: "Loops",
      panels: [
        {
          ...{ title: "Seconds since a beat", kind: "table", unit: "s", width: 12 },
          description:
            "Background loops by when they last finished a round; much above their interval they stand still.",
          queries: [
            {
              expr: "time() - max by (component, loop) (simon_loop_last_beat_timestamp_seconds > 0)",
              legend: "{{component}} {{loop}}",
            },
          ],
        },
        {
          ...{ title: "Beats that an outage ended", kind: "lines", unit: "ops", width: 12 },
          description: "By loop.",
          queries: [
            {
              expr: "sum by (component, loop) (rate(simon_loop_failures_total[$__rate_interval]))",
              legend: "{{component}} {{loop}}",
            },
          ],
        },
      ],
    },
  ],
};
