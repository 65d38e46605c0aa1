import assert from "node:assert/strict";
import { test } from "node:test";
import { createHealth } from "../../../services/shared/health.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";

test("O57: a check that hangs is not ready after 3 s, is asked once meanwhile, and counts again when it answers", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const waiting: ((ready: boolean) => void)[] = [];
  const parts = [
    { name: "well", isReady: () => true },
    {
      name: "hanging",
      isReady: () => {
        asked += 1;
        return new Promise<boolean>((resolve) => waiting.push(resolve));
      },
    },
  ];
  const answer = createHealth(parts, createTelemetry("test", "error"), () => ({ status: "started" }));

  const answers = [answer("/health/ready"), answer("/health/ready")];
  // The part that is well has answered by then.
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(3_000);
  for (const { status, body } of await Promise.all(answers))
    assert.deepEqual([status, JSON.parse(body)], [503, { status: "lacking", parts: ["hanging"] }]);
  assert.equal(asked, 1);

  waiting[0]?.(true);
  await new Promise((resolve) => setImmediate(resolve));
  const later = answer("/health/ready");
  waiting[1]?.(true);
  assert.equal((await later).status, 200);
  assert.equal(asked, 2);
});

test("F06: a service that starts or stops is not ready, and says which", async () => {
  const telemetry = createTelemetry("test", "error");
  const parts = [{ name: "one" }];
  const starting = await createHealth(parts, telemetry, () => ({ status: "starting", parts: ["console"] }))(
    "/health/ready",
  );
  const stopping = await createHealth(parts, telemetry, () => ({ status: "stopping" }))("/health/ready");
  assert.deepEqual(
    [starting, stopping].map(({ status, body }) => [status, JSON.parse(body)]),
    [
      [503, { status: "starting", parts: ["console"] }],
      [503, { status: "stopping" }],
    ],
  );
});
