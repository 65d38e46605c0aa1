import assert from "node:assert/strict";
import { test } from "node:test";
import { settings } from "../../../services/order-writer/config.ts";
import { readConfig } from "../../../services/shared/config.ts";

const ENVIRONMENT = {
  DATABASE_URL: "postgresql://order_writer@127.0.0.1/simon",
  KAFKA_BROKERS: "127.0.0.1:9092",
  SCHEMA_REGISTRY_URL: "http://127.0.0.1:8081",
  UNIT4_BASE_URL: "https://api.multivers.nl/V22",
  UNIT4_CLIENT_ID: "simon",
  UNIT4_CLIENT_SECRET: "secret",
  TOKEN_KEYS: `one:${Buffer.alloc(32, 1).toString("base64")}`,
};
const read = (own: Readonly<Record<string, string>>) => readConfig(settings, { ...ENVIRONMENT, ...own });

test("W13: settings with which an order may be sent twice end the start, and are named", () => {
  assert.ok(read({}).ORDER_WRITER_QUARANTINE_MS >= read({}).ORDER_WRITER_SENDING_MS);
  const unsafe = /ORDER_WRITER_QUARANTINE_MS: must be at least ORDER_WRITER_SENDING_MS/;
  assert.throws(() => read({ ORDER_WRITER_QUARANTINE_MS: "19999" }), unsafe);
  assert.throws(() => read({ ORDER_WRITER_SENDING_MS: "30001" }), unsafe);
  read({ ORDER_WRITER_QUARANTINE_MS: "20000" });
  // A stand-in on this machine answers at once.
  read({ ORDER_WRITER_QUARANTINE_MS: "0", UNIT4_BASE_URL: "http://127.0.0.1:8090/V22" });
});
