import type { ArticleChanged, CustomerChanged } from "../../schemas/records.ts";
import type { RecordEncoder } from "../shared/avro.ts";
import type { Clock } from "../shared/clock.ts";
import type { Publisher } from "../shared/kafka/producer.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Unit4 } from "../shared/unit4/client.ts";
import type { PollerTelemetry } from "./telemetry.ts";

/** What every turn works with. */
export type Poller = {
  readonly pool: Pool;
  readonly unit4: Unit4;
  readonly publisher: Publisher;
  readonly messages: MessageLog;
  readonly encoders: {
    readonly customer: RecordEncoder<CustomerChanged>;
    readonly article: RecordEncoder<ArticleChanged>;
  };
  readonly telemetry: PollerTelemetry;
  readonly now: Clock;
  /** Number in [0, 1). */
  readonly random: () => number;
  readonly limits: PollerLimits;
};

/** See config.ts. */
export type PollerLimits = {
  readonly intervalMs: number;
  readonly busyPart: number;
  readonly concurrency: number;
  readonly silentCalls: number;
  readonly probes: number;
  readonly backfill: number;
  readonly pageRows: number;
  readonly addressBudget: number;
  readonly deletionBudget: number;
  readonly leaseMs: number;
  readonly turnPages: number;
  readonly turnMs: number;
};
