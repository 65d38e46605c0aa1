import { hostname } from "node:os";
import type { OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { systemClock } from "../shared/clock.ts";
import { consumeIntoPostgres } from "../shared/kafka/consume-into-postgres.ts";
import { untilUp } from "../shared/kafka/hold.ts";
import { route } from "../shared/kafka/postgres-route.ts";
import { connectPipeline } from "../shared/pipeline.ts";
import { runService } from "../shared/service.ts";
