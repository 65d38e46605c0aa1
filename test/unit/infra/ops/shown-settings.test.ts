import assert from "node:assert/strict";
import { test } from "node:test";
import { SHOWN_SETTINGS, shownSettings } from "../../../../infra/ops/support-bundle/shown-settings.ts";
import { unknownSettings } from "../../../support/known-settings.ts";

test("a bundle shows settings that can be nothing but numbers and a few words", () => {
  const shown = shownSettings({
    LOG_LEVEL: "info",
    ORDER_WRITER_LANES: "32",
    UNIT4_POLLER_BUSY_PART: "0.05",
    KAFKA_SECURITY_PROTOCOL: "",
    DATABASE_URL: ["postgres://simon", "geheim@db.example/simon"].join(":"),
    TOKEN_KEYS: "first:AAAA",
    UNIT4_CLIENT_SECRET: "12345",
    HOSTNAME: "bos-1",
  });
  assert.deepEqual(shown, { LOG_LEVEL: "info", ORDER_WRITER_LANES: "32", UNIT4_POLLER_BUSY_PART: "0.05" });
});

test("what slipped into the wrong setting is not shown", () => {
  for (const value of ["geheim", "AAAA1234", "1".repeat(16), "12,5", "32\nbos"])
    assert.doesNotMatch(
      shownSettings({ ORDER_WRITER_LANES: value })["ORDER_WRITER_LANES"] ?? "",
      /\d|geheim/,
    );
  assert.match(shownSettings({ LOG_LEVEL: "geheim" })["LOG_LEVEL"] ?? "", /not shown/);
});

test("the settings that a bundle shows are there, and none is a secret or says where something is", () => {
  assert.deepEqual(unknownSettings(SHOWN_SETTINGS), []);
  for (const name of SHOWN_SETTINGS)
    assert.doesNotMatch(name, /SECRET|PASSWORD|TOKEN|KEY|URL|HOST|BROKERS|FILE|CLIENT|USER|OPERATORS|PREFIX/);
});
