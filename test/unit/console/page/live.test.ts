import assert from "node:assert/strict";
import { test } from "node:test";
import { eventText } from "../../../../services/console/page/live.ts";

test("markup of several lines stays one event, and no line of it can begin another", () => {
  assert.equal(eventText("log", "<p>\n</p>"), "event: log\ndata: <p>\ndata: </p>\n\n");
  const forged = eventText("log", "a\n\nevent: other\rdata: b\r\nc");
  assert.equal(forged.match(/^event: /gm)?.length, 1);
  assert.equal(forged.match(/\n\n/g)?.length, 1);
});
