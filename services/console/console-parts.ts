import type { Clock } from "../shared/clock.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Unit4 } from "../shared/unit4/client.ts";
import type { Provider } from "./access/provider.ts";
import type { Config } from "./config.ts";
import type { Downloads } from "./page/download.ts";
import type { Live } from "./page/live.ts";
import type { PipelineLink } from "./parts/pipeline-link.ts";
import type { ConsoleTelemetry } from "./telemetry.ts";

/** What the routes work with. */
export type ConsoleParts = {
  readonly config: Config;
  /** As the console's own role: pages and acts of a tenant go through `tenantVisit(request).inTenant`. */
  readonly pool: Pool;
  /** The same, for exports alone: each holds a connection until it is through. */
  readonly exportPool: Pool;
  readonly unit4: Unit4;
  readonly pipeline: PipelineLink;
  readonly provider: Provider;
  readonly live: Live;
  readonly downloads: Downloads;
  readonly telemetry: ConsoleTelemetry;
  readonly now: Clock;
};
