import assert from "node:assert/strict";
import { test } from "node:test";
import { forwardLog } from "../../../../services/shared/kafka/kafkajs/client-log.ts";

const nothing = (): void => {};

function forwarded(message: unknown): readonly unknown[] {
  const lines: unknown[] = [];
  const log = {
    debug: nothing,
    info: nothing,
    error: nothing,
    warn: (...line: unknown[]) => void lines.push(line),
  };
  forwardLog(log, {
    namespace: "Consumer",
    level: 1,
    label: "ERROR",
    log: { timestamp: "", message },
  } as Parameters<typeof forwardLog>[1]);
  return lines;
}

test("what kafkajs logs is a warning of ours, an Error in the place of its message too", () => {
  for (const message of ["broker away", new Error("broker away")])
    assert.deepEqual(forwarded(message), [
      ["kafka_client_warned", { area: "Consumer", message: "broker away" }],
    ]);
  assert.deepEqual(forwarded("Limiting retries for the idempotent producer may …"), []);
});
