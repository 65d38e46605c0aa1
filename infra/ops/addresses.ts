import type { KafkaConfig } from "../../services/shared/kafka/client.ts";
import { withPassword } from "../../services/shared/postgres-access.ts";
import type { RegistryConfig } from "../../services/shared/registry-access.ts";
import { readLocalSettings } from "../local/stack/local-settings.ts";
import { pipelineConfig } from "../local/stack/pipeline-config.ts";
import { postgresPassword } from "../local/stack/postgres-password.ts";
import { postgresUrl } from "../local/stack/postgres-process.ts";

/** Where the tools find the pipeline. */
export type Addresses = {
  readonly databaseUrl: string;
  readonly config: KafkaConfig & RegistryConfig;
};

/**
 * The pipeline that the environment names (DATABASE_URL, KAFKA_BROKERS, SCHEMA_REGISTRY_URL, with their logins); what it
 * does not name is the one that `npm start` runs here. Throws SETTINGS_INVALID, CONFIG_INVALID.
 */
export function readAddresses(environment: Readonly<Record<string, string | undefined>>): Addresses {
  const settings = readLocalSettings(environment);
  return {
    databaseUrl: withPassword(
      settings.DATABASE_URL ??
        postgresUrl(settings.LOCAL_POSTGRES_PORT, "simon", postgresPassword(settings.LOCAL_DATA_DIR)),
      environment["DATABASE_PASSWORD_FILE"],
    ),
    config: pipelineConfig(
      {
        kafkaBrokers: settings.KAFKA_BROKERS ?? `127.0.0.1:${settings.LOCAL_KAFKA_PORT}`,
        registryUrl:
          settings.SCHEMA_REGISTRY_URL ?? `http://127.0.0.1:${settings.LOCAL_REGISTRY_PORT}/apis/ccompat/v7`,
      },
      environment,
    ),
  };
}
