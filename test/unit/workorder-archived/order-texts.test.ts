import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { messageLogged } from "../../../services/shared/domain/message-catalogue.ts";
import type { Settings } from "../../../services/shared/domain/settings.ts";
import {
  ADDRESS,
  assertWhole,
  booked,
  decide,
  dutch,
  messagesIn,
  refusedFor,
  requested,
  TALK,
} from "../../support/order-decision.ts";

test("W8: the work description becomes text lines above the articles, if set", () => {
  const workorder = { description: "Ketel nagekeken\r\nFilter vervangen", travelMinutes: 0 };
  assert.deepEqual(booked(decide({ workorder, settings: { descriptionOnOrder: true } })), [
    "Ketel nagekeken",
    "Filter vervangen",
    "WERK × 2",
  ]);
  assert.deepEqual(booked(decide({ workorder })), ["WERK × 2"]);
});

test("O07: a description that is cut inside an emoji becomes well-formed lines that give it back", () => {
  const description = `${"x".repeat(253)}🔧 klaar`;
  const { lines } = requested(decide({ workorder: { description }, settings: { descriptionOnOrder: true } }));
  const texts = lines.filter(({ kind }) => kind === "text").map(({ text }) => text);
  assert.equal(texts.join(""), description);
  assert.ok(texts.every((text) => text !== "" && text.length <= 254 && text.isWellFormed()));
});

test("W9: a workorder whose description contains the filter word is skipped with an info, whatever the capitals", () => {
  const workorder = { description: "Ketel onder GARANTIE vervangen", customerId: null };
  const decision = decide({ workorder, settings: { filterWord: " garantie " } });
  assert.equal(decision.kind, "skipped");
  assert.deepEqual(
    messagesIn(decision).map((message) => [message.code, messageLogged(message).kind]),
    [["WORKORDER_FILTERED", "info"]],
  );
  assert.match(dutch(decision), /“garantie”/);
  assertWhole(decision);
});

test("W9: without a filter word, or without it in the description, all are sent", () => {
  for (const filterWord of ["", "  ", "garantie"])
    assert.equal(decide({ settings: { filterWord } }).kind, "requested");
});

const PLACE = "Werkadres: Filiaal Noord, Kade 12, 9711 AA Groningen";

test("W10: remarks become text lines with headings where no memo field is chosen", () => {
  const below = (remarks: Settings["remarks"], workorder: Partial<WorkorderArchived> = TALK) =>
    booked(decide({ workorder, settings: { remarks } })).slice(1);
  assert.deepEqual(below("none"), []);
  assert.deepEqual(below("workAddress"), [PLACE]);
  assert.deepEqual(below("description"), ["Werkomschrijving:", "Ketel nagekeken", "Filter vervangen"]);
  assert.deepEqual(below("both"), [PLACE, "Werkomschrijving:", "Ketel nagekeken", "Filter vervangen"]);
  assert.deepEqual(below("both", { description: "Nagekeken", travelMinutes: 0 }), [
    "Werkomschrijving: Nagekeken",
  ]);
});

test("W10: remarks go into the memo field where one is chosen", () => {
  const settings = { remarks: "both", memoField: "ORDER.MEMO", descriptionOnOrder: true } as const;
  const request = requested(decide({ workorder: TALK, settings }));
  assert.equal(request.memoField, "ORDER.MEMO");
  assert.equal(request.remarks, `${PLACE}\nWerkomschrijving:\nKetel nagekeken\nFilter vervangen`);
  assert.deepEqual(
    request.lines.filter(({ kind }) => kind === "text").map(({ text }) => text),
    ["Ketel nagekeken", "Filter vervangen"],
  );
  const silent = requested(decide({ workorder: TALK, settings: { ...settings, remarks: "none" } }));
  assert.deepEqual([silent.remarks, silent.memoField], ["", null]);
});

test("W10: a description that is on the order already is not printed twice", () => {
  const settings = { remarks: "both", descriptionOnOrder: true } as const;
  assert.deepEqual(booked(decide({ workorder: TALK, settings })), [
    "Ketel nagekeken",
    "Filter vervangen",
    "WERK × 2",
    PLACE,
  ]);
});

const referenceFor = (workorder: Partial<WorkorderArchived>): string =>
  requested(decide({ workorder })).reference;

test("O02: the reference begins with the number, a space ends it, and it is at most 60 characters", () => {
  assert.equal(referenceFor({ description: "Ketel\nnagekeken" }), "WB-2026-173 Ketel nagekeken");
  assert.equal(
    referenceFor({ description: " ", workAddress: ADDRESS }),
    "WB-2026-173 Filiaal Noord, Kade 12, 9711 AA Groningen",
  );
  assert.equal(referenceFor({ description: "" }), "WB-2026-173");
  assert.equal(referenceFor({ workorderNumber: "WB 173\u0000" }), "WB_173 Ketel nagekeken");
  assert.equal(referenceFor({ workorderNumber: " " }), "173 Ketel nagekeken");
  assert.equal(referenceFor({ workorderNumber: "9".repeat(60) }), "9".repeat(60));
  assert.deepEqual(refusedFor(decide({ workorder: { workorderNumber: "9".repeat(61) } })), [
    "WORKORDER_NUMBER_TOO_LONG",
  ]);
});

test("O07: the reference is never cut inside an emoji", () => {
  const reference = referenceFor({ workorderNumber: "1", description: `${"x".repeat(57)}🔧 klaar` });
  assert.equal(reference, `1 ${"x".repeat(57)}`);
  assert.equal(
    referenceFor({ workorderNumber: "1", description: `${"x".repeat(56)}🔧!` }),
    `1 ${"x".repeat(56)}🔧`,
  );
});
