import assert from "node:assert/strict";
import { test } from "node:test";
import { messageLogged } from "../../../services/shared/domain/message-catalogue.ts";
import {
  article,
  booked,
  CALL_OUT,
  decide,
  material,
  messagesIn,
  WORK,
} from "../../support/order-decision.ts";

const NO_TIME = { travelMinutes: 0, workMinutes: 0 };
const ZEROS = { materials: [material("2001", "0"), material("2002", "0.001")] };

test("O48: a workorder with nothing to bill is done with one info, whatever else is on it", () => {
  const articles = [article("2001"), article("2002")];
  for (const workorder of [NO_TIME, { ...NO_TIME, ...ZEROS }, { ...NO_TIME, customerId: null }])
    for (const standardArticle of [null, CALL_OUT])
      for (const descriptionOnOrder of [false, true]) {
        const decision = decide({ workorder, articles, settings: { standardArticle, descriptionOnOrder } });
        assert.equal(decision.kind, "skipped");
        const said = messagesIn(decision).map(messageLogged);
        assert.deepEqual(
          said.map(({ code, kind }) => [code, kind]),
          [["WORKORDER_NOTHING_TO_BILL", "info"]],
        );
      }
  // One minute is nothing in hours with one decimal.
  const coarse = { travelArticle: null, workArticle: { ...WORK, quantityScale: 1 } };
  const minute = decide({ workorder: { ...NO_TIME, workMinutes: 1 }, settings: coarse });
  assert.equal(minute.kind, "skipped");
});

test("O48: call-out costs alone are billed where the office wants that", () => {
  const settings = { standardArticle: CALL_OUT, standardArticleAlone: true };
  const articles = [article("2001"), article("2002")];
  assert.deepEqual(booked(decide({ workorder: NO_TIME, settings })), ["VOORRIJ × 1"]);
  assert.deepEqual(booked(decide({ workorder: { ...NO_TIME, ...ZEROS }, articles, settings })), [
    "VOORRIJ × 1",
  ]);
  // Without such an article there is nothing to bill all the same.
  assert.equal(decide({ workorder: NO_TIME, settings: { standardArticleAlone: true } }).kind, "skipped");
});
