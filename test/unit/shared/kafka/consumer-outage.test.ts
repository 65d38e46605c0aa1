import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { isConsumerOutage } from "../../../../services/shared/kafka/consumer-outage.ts";

/** As kafkajs makes it of a broker's answer; codes as in Kafka's protocol guide, "Error Codes". */
const { createErrorFromCode } = createRequire(import.meta.url)("kafkajs/src/protocol/error.js") as {
  readonly createErrorFromCode: (code: number) => Error;
};
const [LOADING, NOT_AVAILABLE, NOT_COORDINATOR, UNKNOWN_TOPIC] = [14, 15, 16, 3] as const;

test("a group's coordinator that is loading, missing or elsewhere is an outage, also beneath what kafkajs wraps around it", () => {
  for (const code of [LOADING, NOT_AVAILABLE, NOT_COORDINATOR]) {
    const error = createErrorFromCode(code);
    assert.ok(isConsumerOutage(error), error.message);
    assert.ok(isConsumerOutage(new Error("wrapped", { cause: error })), error.message);
  }
});

test("any other answer of a broker, and any other error, is none", () => {
  assert.ok(!isConsumerOutage(createErrorFromCode(UNKNOWN_TOPIC)));
  assert.ok(!isConsumerOutage(new TypeError("a fault of ours")));
  assert.ok(!isConsumerOutage("text"));
});
