import { TOPICS } from "../../schemas/topics.ts";
import { Failure } from "../../services/shared/domain/failure.ts";

/** A setting of a topic that is not as it should be. */
export type TopicChange = {
  /** Full name of the topic. */
  readonly topic: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  /** Whether records that are kept today may go because of it. */
  readonly letsGo: boolean;
};

/**
 * How the settings of a topic differ from those that are wanted. Settings that nobody names here are the platform
 * team's: they stay as they are (case O37).
 */
export const topicChanges = (
  topic: string,
  stands: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly TopicChange[] =>
  Object.entries(wanted)
    .filter(([setting, to]) => stands[setting] !== to)
    .map(([setting, to]) => {
      const from = stands[setting] ?? "";
      return { topic, setting, from, to, letsGo: letsGo(setting, from, to) };
    });

/** Settings that say how much, or how long, records are kept; -1 is without limit. */
const KEEPING = new Set(["retention.ms", "retention.bytes", "min.compaction.lag.ms", "delete.retention.ms"]);

function letsGo(setting: string, from: string, to: string): boolean {
  if (setting === "cleanup.policy") return to.split(",").some((policy) => !from.split(",").includes(policy));
  const kept = (text: string): number => (Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text));
  return KEEPING.has(setting) && kept(to) < kept(from);
}

/**
 * What `--partitions <topic>=<number>` asks for, by topic (without prefix).
 * @throws Failure CONFIG_INVALID for a topic that is not in schemas/topics.ts, or no number
 */
export function partitionsAsked(texts: readonly string[]): ReadonlyMap<string, number> {
  const names: readonly string[] = Object.values(TOPICS).map(({ name }) => name);
  return new Map(
    texts.map((text) => {
      const [, topic = "", count = ""] = /^(.+)=([1-9]\d{0,4})$/.exec(text) ?? [];
      if (!names.includes(topic))
        throw new Failure(
          "CONFIG_INVALID",
          `--partitions ${text}: must be <topic>=<number>, with a topic of schemas/topics.ts such as ${TOPICS.customerChanged.name}=48.`,
        );
      return [topic, Number(count)];
    }),
  );
}
