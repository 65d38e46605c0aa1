import { hostname } from "node:os";
import type { ArticleChanged, CustomerChanged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { runService } from "../shared/service.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { limitsOf, readPollerConfig } from "./config.ts";
import { createPollLoop } from "./poll-loop.ts";
import { SERVICE } from "./poller.ts";
import { createPollerTelemetry } from "./telemetry.ts";

const { customerChanged, articleChanged } = TOPICS;

await runService(SERVICE, readPollerConfig, async ({ config, telemetry, fail }) => {
  const pipeline = await connectPipeline({ service: SERVICE, config, telemetry, consumed: [] });
  const shared = { ...pipeline, now: systemClock, random: Math.random };
  const unit4 = createUnit4({
    ...shared,
    telemetry,
    baseUrl: config.UNIT4_BASE_URL,
    clientId: config.UNIT4_CLIENT_ID,
    clientSecret: config.UNIT4_CLIENT_SECRET,
    tokenKeys: config.TOKEN_KEYS,
  });
  const encoders = {
    customer: await pipeline.encoder<CustomerChanged>(customerChanged.name, customerChanged.schema),
    article: await pipeline.encoder<ArticleChanged>(articleChanged.name, articleChanged.schema),
  };
  const loop = createPollLoop(
    { ...shared, unit4, encoders, telemetry: createPollerTelemetry(telemetry), limits: limitsOf(config) },
    { holder: `${hostname()}/${process.pid}`, fail },
  );
  return [...pipeline.parts, { name: "unit4", stop: () => unit4.close() }, loop];
});
