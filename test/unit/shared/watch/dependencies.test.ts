import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../../services/shared/domain/failure.ts";
import { createTelemetry } from "../../../../services/shared/telemetry.ts";
import { dependencyMoments, watchDependencies } from "../../../../services/shared/watch/dependencies.ts";
import { until } from "../../../support/until.ts";

const moments = async (telemetry: ReturnType<typeof createTelemetry>): Promise<Record<string, number>> =>
  Object.fromEntries(
    [
      ...(await telemetry.metricsPage()).body.matchAll(
        /^simon_dependency_last_success_timestamp_seconds\{dependency="(\w+)",component="console"\} (\S+)$/gm,
      ),
    ].map(([, name = "", value]) => [name, Number(value)]),
  );

test("of a dependency that answers the moment is told; one that does not, or says no, has none and ends nothing", async (t) => {
  const telemetry = createTelemetry("console", "silent");
  const failures: Failure[] = [];
  const asked: string[] = [];
  const watch = watchDependencies({
    telemetry,
    answered: dependencyMoments(telemetry, ["registry", "kafka", "postgres"]),
    fail: (failure) => failures.push(failure),
    ask: {
      registry: async () => {
        asked.push("registry");
        throw new Failure("SCHEMA_NOT_REGISTERED", "Run npm run deploy.");
      },
      kafka: async () => false,
      postgres: async () => true,
    },
  });
  await watch.start?.();
  t.after(() => watch.stop());
  const seen = await until("a moment", async () => {
    const told = await moments(telemetry);
    return "postgres" in told ? told : null;
  });
  assert.deepEqual(Object.keys(seen), ["postgres"]);
  assert.ok(Math.abs((seen["postgres"] ?? 0) - Date.now() / 1000) < 60);
  assert.deepEqual([asked, failures], [["registry"], []]);
});

test("a moment stands still while nothing answers, beside those that others of the process noted", async () => {
  const telemetry = createTelemetry("console", "silent");
  const unit4 = dependencyMoments(telemetry, ["unit4"]);
  const kafka = dependencyMoments(telemetry, ["kafka"]);
  assert.deepEqual(await moments(telemetry), {});
  unit4("unit4", 5_000);
  kafka("kafka", 9_000);
  assert.deepEqual(await moments(telemetry), { unit4: 5, kafka: 9 });
  kafka("kafka", 12_000);
  assert.deepEqual(await moments(telemetry), { unit4: 5, kafka: 12 });
});
