import { kafkaConsumerGroups, runJavaTool } from "./java-tool.ts";

/** A partition of a group by Kafka's account; null where the group never committed an offset. */
type ToldLag = { readonly topic: string; readonly partition: number; readonly lag: number | null };

/** What Kafka's own `kafka-consumer-groups.sh --describe` says of a group. */
export async function groupToolLags(brokers: string, group: string): Promise<readonly ToldLag[]> {
  const described = ["--bootstrap-server", brokers, "--describe", "--group", group];
  const output = await runJavaTool(kafkaConsumerGroups, ...described);
  const rows = output
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([told]) => told === group);
  return rows.map(([, topic = "", partition, , , lag = "-"]) => ({
    topic,
    partition: Number(partition),
    lag: lag === "-" ? null : Number(lag),
  }));
}
