import assert from "node:assert/strict";
import { test } from "node:test";
import { STANDING } from "../../../../services/console/status/standing-texts.ts";

const NOW = Date.parse("2026-12-01T15:00:00Z");
const fine = (language: "nl" | "en", lastWrittenAt: string | null): string =>
  STANDING[language].sentence.fine({
    ...{ isActive: true, isNew: false, connection: "connected", parkedUntil: null, failedPolls: 0 },
    ...{ failedSendings: 0, failingSince: null, brakes: 0, isLoaded: true, waiting: 0, oldestAt: null },
    ...{ errors: 0, nowMs: NOW, lastWrittenAt: lastWrittenAt === null ? null : new Date(lastWrittenAt) },
  });

test("the latest order is said by how long ago it was, and after a day by its date", () => {
  assert.equal(fine("nl", "2026-12-01T14:57:00Z"), "Alles loopt; laatste order 3 min geleden.");
  assert.equal(fine("nl", "2026-11-30T15:00:01Z"), "Alles loopt; laatste order 24 u geleden.");
  assert.equal(fine("nl", "2026-11-30T14:59:00Z"), "Alles loopt; laatste order op 30 november.");
  assert.equal(fine("nl", "2026-11-27T23:30:00Z"), "Alles loopt; laatste order op 28 november.");
  assert.equal(fine("en", "2026-11-28T12:00:00Z"), "Everything runs; latest order on 28 November.");
  assert.equal(fine("nl", "2025-12-31T22:00:00Z"), "Alles loopt; laatste order op 31 december 2025.");
  assert.equal(fine("en", null), "Everything runs; no order was written yet.");
});
