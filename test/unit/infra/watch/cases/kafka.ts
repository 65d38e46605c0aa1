import { TOPICS, type Topic } from "../../../../../schemas/topics.ts";
import type { RuleCase } from "./rule-case.ts";

const TOPIC = 'component="log-sink",topic="pipeline.dead-letter.v1"';
const topics: readonly Topic[] = Object.values(TOPICS);
/** The lag of every consumer, but for what differs in a case. */
const lags = (changed: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(
    topics.flatMap(({ name, consumers }) =>
      consumers.map((component) => [
        `simon_consumer_lag_records{component="${component}",topic="${name}",partition="0",instance="a"}`,
        "0x90",
      ]),
    ),
  ),
  ...changed,
});
const LAG = `simon_consumer_lag_records{${TOPIC},partition="0",instance="a"}`;

export const KAFKA_CASES: readonly RuleCase[] = [
  {
    alert: "ConsumerGone",
    what: "the metric is gone, and comes back",
    series: lags({ [LAG]: "0x20 stale _x19 0x40" }),
    firing: { "20m": 0, "30m": 1, "45m": 0 },
  },
  {
    alert: "ConsumerGone",
    what: "a gap of three minutes in the scrape is none, and another replica takes over",
    series: lags({
      [LAG]: "0x20 _x3 0x10 stale",
      [`simon_consumer_lag_records{${TOPIC},partition="0",instance="b"}`]: "_x34 0x50",
    }),
    firing: { "24m": 0, "33m": 0, "60m": 0 },
  },
  {
    alert: "ConsumerStuck",
    what: "records wait and none is processed",
    series: {
      [LAG]: "0x20 5x30 0x30",
      [`simon_records_consumed_total{${TOPIC},instance="a"}`]: "0+1x20 20x30 25+1x30",
    },
    firing: { "25m": 0, "45m": 1, "55m": 0 },
  },
  {
    alert: "ConsumerStuck",
    what: "the process restarts in the middle and is stuck again: the alert stays",
    series: {
      [LAG]: "5x25 stale",
      [`simon_records_consumed_total{${TOPIC},instance="a"}`]: "9x25 stale",
      [`simon_consumer_lag_records{${TOPIC},partition="0",instance="b"}`]: "_x26 5x40",
      [`simon_records_consumed_total{${TOPIC},instance="b"}`]: "_x26 0x40",
    },
    firing: { "2m": 0, "20m": 1, "40m": 1 },
  },
  {
    alert: "ConsumerStuck",
    what: "one replica reads and the other has nothing to read",
    series: {
      [LAG]: "5x60",
      [`simon_records_consumed_total{${TOPIC},instance="a"}`]: "0+1x60",
      [`simon_records_consumed_total{${TOPIC},instance="b"}`]: "3x60",
    },
    firing: { "50m": 0 },
  },
  {
    alert: "ConsumerBehind",
    what: "a quarter of an hour behind",
    series: { [`simon_consumer_lag_seconds{${TOPIC},partition="0"}`]: "5x20 900x30 0x30" },
    firing: { "20m": 0, "40m": 1, "60m": 0 },
  },
  {
    alert: "PublishingFails",
    what: "two sends a minute fail",
    series: { 'simon_publish_failures_total{component="console"}': "0x20 2+2x20 42x40" },
    firing: { "20m": 0, "35m": 1, "55m": 0 },
  },
  {
    alert: "DeadLetters",
    what: "one record",
    series: { [`simon_dead_letters_total{${TOPIC},reason="EMPTY"}`]: "0x20 1x60" },
    firing: { "19m": 0, "25m": 1, "50m": 0 },
  },
  {
    alert: "ConsumersRejoin",
    what: "twice a minute",
    series: { 'simon_consumer_joins_total{component="console"}': "0x20 2+2x30 62x40" },
    firing: { "20m": 0, "45m": 1, "80m": 0 },
  },
  {
    alert: "TopicChanged",
    what: "a topic is made anew",
    series: { [`simon_topics_made_anew_total{${TOPIC},reason="topic"}`]: "0x20 1x120" },
    firing: { "19m": 0, "25m": 1, "100m": 0 },
  },
];
