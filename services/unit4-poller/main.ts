import type { ArticleChanged, CustomerChanged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { createLoopContext } from "../shared/loop.ts";
import { OPERATION_LOOPS } from "../shared/operations/operation-parts.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { defineService, runServices } from "../shared/service.ts";
import { createUnit4 } from "../shared/unit4/client.ts";
import { limitsOf, readSettings, unit4Of } from "./config.ts";
import { SERVICE } from "./domain/service-name.ts";
import { createPollLoops, POLL_LOOPS } from "./poll-loop.ts";
import { COMPARISON_LOOP, createComparison } from "./reconcile/comparison-loop.ts";
import { createResyncs } from "./resync/resyncs.ts";
import { createPollerTelemetry } from "./telemetry.ts";

const { customerChanged, articleChanged } = TOPICS;

export const service = defineService(SERVICE, readSettings, async (context) => {
  const { config, telemetry, instance, fail } = context;
  const pipeline = await connectPipeline({ ...context, service: SERVICE, consumed: [] });
  const shared = { ...pipeline, now: systemClock, random: Math.random };
  const unit4 = createUnit4({ ...shared, telemetry, ...unit4Of(config) });
  const encoders = {
    customer: await pipeline.encoder<CustomerChanged>(customerChanged.name, customerChanged.schema),
    article: await pipeline.encoder<ArticleChanged>(articleChanged.name, articleChanged.schema),
  };
  const loops = createLoopContext({ telemetry, fail }, [...POLL_LOOPS, ...OPERATION_LOOPS, COMPARISON_LOOP]);
  const poller = { ...shared, unit4, encoders, telemetry: createPollerTelemetry(telemetry) };
  const polls = createPollLoops(loops, { ...poller, limits: limitsOf(config) }, { by: instance });
  const resyncs = createResyncs(loops, { ...pipeline, telemetry, instance, config });
  return [
    ...pipeline.parts,
    { name: "unit4", stop: (late) => unit4.close(late) },
    ...polls,
    ...resyncs,
    createComparison(loops, poller),
  ];
});

if (import.meta.main) await runServices([service]);
