import { fileURLToPath } from "node:url";
import type { OwnStack } from "../../soak/own-stack.ts";
import { type BenchChild, startChild } from "../child.ts";
import type { LimitAnswer, LimitCommand } from "./limit-client.ts";

/** The limit client as a process of its own. */
export type LimitProcess = BenchChild<LimitCommand, LimitAnswer>;

/** Starts it, as the superuser of the stack's database; ready when this resolves. */
export const startLimitClient = ({ stack }: OwnStack): Promise<LimitProcess> =>
  startChild(fileURLToPath(new URL("limit-client.ts", import.meta.url)), {
    DATABASE_URL: stack.databaseUrl,
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.registryUrl,
  });
