/** `npm run deploy`: topics, schemas, migrations and roles, from the environment. Run it before the services. */
import { z } from "zod";
import { commonSettings, readConfig } from "../../services/shared/config.ts";
import { describeError, isFailure } from "../../services/shared/domain/failure.ts";
import { deploy } from "./deploy.ts";

const settings = z.object({
  KAFKA_BROKERS: commonSettings.KAFKA_BROKERS,
  KAFKA_TOPIC_PREFIX: commonSettings.KAFKA_TOPIC_PREFIX,
  /** Copies of each partition. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).default(1),
  SCHEMA_REGISTRY_URL: commonSettings.SCHEMA_REGISTRY_URL,
  /** As a role that may create schemas and roles. */
  DATABASE_URL: commonSettings.DATABASE_URL,
});

try {
  const config = readConfig(settings);
  await deploy({
    kafkaBrokers: config.KAFKA_BROKERS,
    topicPrefix: config.KAFKA_TOPIC_PREFIX,
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    registryUrl: config.SCHEMA_REGISTRY_URL,
    databaseUrl: config.DATABASE_URL,
    report: (line) => console.log(line),
  });
  console.log("deploy finished");
} catch (error) {
  console.error(isFailure(error, "CONFIG_INVALID") ? error.message : describeError(error));
  process.exitCode = 1;
}
