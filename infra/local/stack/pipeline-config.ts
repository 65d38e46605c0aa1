import { z } from "zod";
import { kafkaSettings, readConfig, registrySettings } from "../../../services/shared/config.ts";
import type { KafkaConfig } from "../../../services/shared/kafka/client.ts";
import type { RegistryConfig } from "../../../services/shared/registry-access.ts";

const schema = z.object({ ...kafkaSettings, ...registrySettings });

/**
 * How to reach a Kafka and a registry at these addresses: without logins, or as the environment says.
 * @throws Failure CONFIG_INVALID for an environment with faults
 */
export const pipelineConfig = (
  addresses: { readonly kafkaBrokers: string; readonly registryUrl: string; readonly topicPrefix?: string },
  environment: Readonly<Record<string, string | undefined>> = {},
): KafkaConfig & RegistryConfig =>
  readConfig(schema, {
    ...environment,
    KAFKA_BROKERS: addresses.kafkaBrokers,
    SCHEMA_REGISTRY_URL: addresses.registryUrl,
    ...(addresses.topicPrefix === undefined ? {} : { KAFKA_TOPIC_PREFIX: addresses.topicPrefix }),
  });
