import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import type { Alert } from "../alert.ts";
import { HOUR_S, MINUTE_S } from "../pace.ts";

const topics: readonly Topic[] = Object.values(TOPICS);
/** Each consumer of each topic, as its series name it. */
const CONSUMED = topics.flatMap(({ name, consumers }) =>
  consumers.map((component) => `component="${component}",topic="${name}"`),
);

/** What goes wrong with consumers and topics. */
export const KAFKA_ALERTS: readonly Alert[] = [
  {
    name: "ConsumerGone",
    area: "kafka",
    severity: "page",
    // What is not known is absent: of a consumer that owns no partition, that cannot ask Kafka, or that is not there.
    expr: () => CONSUMED.map((labels) => `absent(simon_consumer_lag_records{${labels}})`).join("\nor\n"),
    forS: 5 * MINUTE_S,
    summary: "Nobody reads {{ $labels.topic }} for {{ $labels.component }}",
    description:
      "Records wait on the topic and are not lost. The service is gone, or no longer gets its partitions.",
  },
  {
    name: "ConsumerStuck",
    area: "kafka",
    severity: "page",
    expr: (pace) =>
      `sum by (component, topic) (simon_consumer_lag_records) > 0\nand\nsum by (component, topic) (increase(simon_records_consumed_total[${pace.window(10 * MINUTE_S)}])) == 0`,
    forS: 5 * MINUTE_S,
    summary: "{{ $labels.component }} reads nothing of {{ $labels.topic }}, where {{ $value }} records wait",
    description:
      "What they carry does not arrive. It waits for something that is down, for a lock, or hangs.",
  },
  {
    name: "ConsumerBehind",
    area: "kafka",
    severity: "ticket",
    expr: (pace) => `max by (component, topic) (simon_consumer_lag_seconds) > ${pace.age(10 * MINUTE_S)}`,
    forS: 10 * MINUTE_S,
    summary: "{{ $labels.component }} is {{ $value | humanizeDuration }} behind on {{ $labels.topic }}",
    description:
      "It reads, and more comes in than it processes; after a replay or a first load of large tenants that passes.",
  },
  {
    name: "PublishingFails",
    area: "kafka",
    severity: "ticket",
    expr: (pace) =>
      `sum by (component) (increase(simon_publish_failures_total[${pace.window(5 * MINUTE_S)}])) > 3`,
    forS: 5 * MINUTE_S,
    summary: "{{ $labels.component }} cannot write to Kafka",
    description: "Sends are tried again and nothing is lost; what is to be published waits.",
  },
  {
    name: "DeadLetters",
    area: "kafka",
    severity: "ticket",
    expr: (pace) =>
      `sum by (component, topic, reason) (increase(simon_dead_letters_total[${pace.window(15 * MINUTE_S)}])) > 0`,
    forS: 0,
    summary: "{{ $labels.component }} set records of {{ $labels.topic }} aside: {{ $labels.reason }}",
    description:
      "They can never be processed as they are. Their bytes are kept; whoever wrote them has to write them anew.",
  },
  {
    name: "ConsumersRejoin",
    area: "kafka",
    severity: "ticket",
    expr: (pace) =>
      `sum by (component) (increase(simon_consumer_joins_total[${pace.window(15 * MINUTE_S)}])) > 20`,
    forS: 5 * MINUTE_S,
    summary: "{{ $labels.component }} joined its group {{ $value | humanize }} times in a quarter of an hour",
    description:
      "Each time its consumers stop for a moment. Processes restart, or sessions end before their heartbeats.",
  },
  {
    name: "TopicChanged",
    area: "kafka",
    severity: "ticket",
    expr: (pace) => {
      const window = pace.window(HOUR_S);
      return `sum by (component, topic) (increase(simon_topics_made_anew_total[${window}])) > 0\nor\nsum by (component, topic) (increase(simon_offset_out_of_range_total[${window}])) > 0`;
    },
    forS: 0,
    summary: "{{ $labels.topic }} is not what {{ $labels.component }} read before",
    description: "The topic was made anew, is another cluster's, or no longer has what was to be read next.",
  },
];
