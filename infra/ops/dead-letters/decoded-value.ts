import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import { createAvro } from "../../../services/shared/avro.ts";
import { systemClock } from "../../../services/shared/clock.ts";
import { Unreadable } from "../../../services/shared/domain/wire-format.ts";
import type { WholeLetter } from "./dead-letter-queries.ts";

/**
 * The record that a letter holds, as today's schema reads it; null where it holds none or it cannot be read.
 * @throws Failure REGISTRY_UNAVAILABLE
 */
export async function decodedValue(
  config: Parameters<typeof createAvro>[0]["config"],
  { topic, value, headers }: Pick<WholeLetter, "topic" | "value" | "headers">,
): Promise<object | null> {
  const topics: readonly Topic[] = Object.values(TOPICS);
  const schema = topics.find(({ name }) => name === topic)?.schema ?? null;
  if (schema === null || value === null || "x-reference" in headers) return null;
  const decoder = createAvro({ config, now: systemClock }).decoder<object>(schema);
  try {
    await decoder.prepare([value]);
    return decoder.decode(value);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
