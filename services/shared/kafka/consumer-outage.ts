import kafkajs from "kafkajs";
import { outageOf } from "./hold.ts";

/** Errors of kafkajs that say that Kafka is away; it counts some of them as final. */
const OUTAGES = new Set([
  "KafkaJSConnectionError",
  "KafkaJSConnectionClosedError",
  "KafkaJSRequestTimeoutError",
  "KafkaJSNumberOfRetriesExceeded",
  "KafkaJSGroupCoordinatorNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSBrokerNotFound",
  "KafkaJSMetadataNotLoaded",
  "KafkaJSLockTimeout",
  // Who was let in before is refused while a password or a token is being replaced.
  "KafkaJSSASLAuthenticationError",
]);

/**
 * What a broker answers about a group whose coordinator it does not have yet, or no longer: at the first start of a cluster,
 * and whenever a coordinator moves.
 */
const COORDINATOR_ON_ITS_WAY = new Set([
  "GROUP_LOAD_IN_PROGRESS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR_FOR_GROUP",
]);

/**
 * Whether a consumer ended because Kafka is away, or is not ready for its group. kafkajs wraps what it thinks is final, so the
 * causes count as well.
 */
export function isConsumerOutage(error: unknown): boolean {
  for (let told: unknown = error; told instanceof Error; told = told.cause)
    if (
      OUTAGES.has(told.name) ||
      outageOf(told) === "kafka" ||
      (told instanceof kafkajs.KafkaJSProtocolError && COORDINATOR_ON_ITS_WAY.has(told.type))
    )
      return true;
  return false;
}
