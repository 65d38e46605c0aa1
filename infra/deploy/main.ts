/** `npm run deploy`: topics, schemas, migrations and roles, from the environment. Run it before the services. */
import { z } from "zod";
import { commonSettings, kafkaSettings, readConfig, registrySettings } from "../../services/shared/config.ts";
import { describeError, isFailure } from "../../services/shared/domain/failure.ts";
import { deploy } from "./deploy.ts";

const settings = z.object({
  ...kafkaSettings,
  /** Copies of each partition. */
  KAFKA_REPLICATION_FACTOR: z.coerce.number().int().min(1).default(1),
  ...registrySettings,
  /** As a role that may create schemas and roles. */
  DATABASE_URL: commonSettings.DATABASE_URL,
});

try {
  const config = readConfig(settings);
  await deploy({
    config,
    databaseUrl: config.DATABASE_URL,
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    report: (line) => console.log(line),
  });
  console.log("deploy finished");
} catch (error) {
  console.error(isFailure(error, "CONFIG_INVALID") ? error.message : describeError(error));
  process.exitCode = 1;
}
