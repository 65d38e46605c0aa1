import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderLine } from "../../../schemas/records.ts";
import { messageLogged, renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import type { Decision } from "../../../services/workorder-archived/domain/decision.ts";
import {
  ADDRESS,
  ARCHIVED_AT,
  article,
  assertWhole,
  booked,
  CALL_OUT,
  customer,
  decide,
  dutch,
  material,
  messagesIn,
  RECORD_AT,
  refusedFor,
  requested,
  TALK,
  WORK,
} from "../../support/order-decision.ts";

test("W4: 15 minutes of travel become 0.25 of the travel article, and nothing without one", () => {
  const workorder = { travelMinutes: 15, workMinutes: 0 };
  assert.deepEqual(requested(decide({ workorder })).lines, [
    { kind: "article", articleId: "REIS", articleType: 0, quantity: "0.25", text: "" },
  ] satisfies OrderLine[]);
  const both = { workorder: { travelMinutes: 15, workMinutes: 60 } };
  assert.deepEqual(booked(decide({ ...both, settings: { travelArticle: null } })), ["WERK × 1"]);
});

test("W5: 120 minutes of work become 2 of the work article, and nothing without one", () => {
  const workorder = { travelMinutes: 15, workMinutes: 120 };
  assert.deepEqual(booked(decide({ workorder })), ["REIS × 0.25", "WERK × 2"]);
  assert.deepEqual(booked(decide({ workorder, settings: { workArticle: null } })), ["REIS × 0.25"]);
});

test("O11: minutes are booked as exact decimals at the scale of the article", () => {
  const hours = (workMinutes: number, quantityScale: number) =>
    booked(
      decide({
        workorder: { travelMinutes: 60, workMinutes },
        settings: { workArticle: { ...WORK, quantityScale } },
      }),
    ).slice(1);
  assert.deepEqual(
    [15, 20, 25, 50, 0].flatMap((minutes) => hours(minutes, 2)),
    ["WERK × 0.25", "WERK × 0.33", "WERK × 0.42", "WERK × 0.83"],
  );
  assert.deepEqual(
    [9, 15, 21].flatMap((minutes) => hours(minutes, 1)),
    ["WERK × 0.2", "WERK × 0.3", "WERK × 0.4"],
  );
});

test("W6: articles used become lines on the same codes with their quantities", () => {
  const decision = decide({
    workorder: {
      travelMinutes: 0,
      workMinutes: 0,
      materials: [material("0017", "2.5"), material("2001", "-2")],
    },
    articles: [article("0017"), article("2001", { type: 3 })],
  });
  assert.deepEqual(booked(decision), ["0017 × 2.5", "2001 × -2"]);
  assert.deepEqual(
    requested(decision).lines.map(({ articleType }) => articleType),
    [2, 3],
  );
});

test("W7: the standard article goes on each order once", () => {
  const decision = decide({ settings: { standardArticle: CALL_OUT }, workorder: { travelMinutes: 0 } });
  assert.deepEqual(booked(decision), ["WERK × 2", "VOORRIJ × 1"]);
});

test("W14: a quantity is rounded half away from zero to the scale of its article, 2 where it is not known", () => {
  const decision = decide({
    workorder: {
      travelMinutes: 0,
      workMinutes: 0,
      materials: [
        material("A", "2.345"),
        material("B", "-2.5"),
        material("C", "1.005"),
        material("D", "3.00"),
      ],
    },
    articles: [
      article("A"),
      article("B", { quantityScale: 0 }),
      article("C", { quantityScale: null }),
      article("D", { quantityScale: 0 }),
    ],
  });
  assert.deepEqual(booked(decision), ["A × 2.35", "B × -3", "C × 1.01", "D × 3"]);
});

test("W14: 10 minutes become 0.17", () => {
  assert.deepEqual(booked(decide({ workorder: { travelMinutes: 10, workMinutes: 0 } })), ["REIS × 0.17"]);
});

test("O10: a quantity in another notation stops the order with the line, the text found and what is expected", () => {
  for (const text of ["2,5", "1.250,75", "1e3", "", "NaN", "9".repeat(20)]) {
    const decision = decide({
      workorder: { materials: [material("2001", "1"), material("2002", text)] },
      articles: [article("2001"), article("2002")],
    });
    assert.deepEqual(refusedFor(decision), ["WORKORDER_QUANTITY_UNREADABLE"], text);
    assert.match(dutch(decision), /WB-2026-173.*: 2\. 2002 Artikel 2002: “.*”.*2\.5/);
    assert.ok(dutch(decision).includes(`“${text}”`));
  }
});

test("O48: an article with quantity 0, exact or rounded, is left out, and nobody has to do anything", () => {
  const decision = decide({
    workorder: { materials: [material("A", "0"), material("B", "0.001")] },
    articles: [article("A"), article("B")],
  });
  assert.deepEqual(booked(decision), ["REIS × 0.25", "WERK × 2"]);
  assert.deepEqual(
    messagesIn(decision).map(({ code }) => code),
    ["WORKORDER_QUANTITY_ZERO"],
  );
  assert.deepEqual(
    messagesIn(decision).map((message) => messageLogged(message).kind),
    ["info"],
  );
  assert.match(dutch(decision), /1\. A Artikel A: “0”, 2\. B Artikel B: “0\.001”/);
  assertWhole(decision);
});

test("W1: a workorder that was not reported ready is refused", () => {
  assert.deepEqual(refusedFor(decide({ workorder: { reportedReady: false } })), ["WORKORDER_NOT_READY"]);
});

test("W3: without a customer there is no order and the action says to choose one", () => {
  for (const customerId of [null, "", " "]) {
    const decision = decide({ workorder: { customerId }, customer: null });
    assert.deepEqual(refusedFor(decision), ["WORKORDER_WITHOUT_CUSTOMER"]);
    assert.match(renderMessage("WORKORDER_WITHOUT_CUSTOMER", {}, "nl").action, /Kies een klant.*archiveer/);
  }
});

test("O15: an inactive customer or article is sent with a warning", () => {
  const decision = decide({
    workorder: { materials: [material("2001", "1")] },
    customer: customer({ state: "inactive" }),
    articles: [article("2001", { state: "inactive" })],
  });
  assert.equal(requested(decision).customerId, "10001");
  assert.deepEqual(
    messagesIn(decision).map((message) => [message.code, messageLogged(message).kind]),
    [
      ["WORKORDER_CUSTOMER_INACTIVE", "warning"],
      ["WORKORDER_ARTICLE_INACTIVE", "warning"],
    ],
  );
  assertWhole(decision);
});

test("O15: a customer that is gone, or was never in Unit4, is refused", () => {
  assert.deepEqual(refusedFor(decide({ customer: customer({ state: "gone" }) })), [
    "WORKORDER_CUSTOMER_GONE",
  ]);
  for (const row of [null, customer({ state: "removed" }), customer({ origin: "simon" })])
    assert.deepEqual(refusedFor(decide({ customer: row })), ["WORKORDER_CUSTOMER_UNKNOWN"]);
});

test("O43: a customer that is gone and lives on under another number is refused with that number", () => {
  const successors = [{ id: "20001", name: "Hotel De Linde" }];
  const decision = decide({ customer: customer({ state: "gone", successors }) });
  assert.deepEqual(refusedFor(decision), ["WORKORDER_CUSTOMER_RENUMBERED"]);
  assert.match(dutch(decision), /10001 Hotel De Linde .* staat in Unit4 nu als 20001 Hotel De Linde/);
  const [error] = messagesIn(decision);
  const { action } = renderMessage("WORKORDER_CUSTOMER_RENUMBERED", error?.params ?? {}, "nl");
  assert.equal(action, "Kies op de werkbon klant 20001 Hotel De Linde en archiveer hem opnieuw.");
  assertWhole(decision);
  const merged = [...successors, { id: "20002", name: "" }];
  const several = decide({ customer: customer({ state: "gone", successors: merged }) });
  assert.match(dutch(several), /nu als 20001 Hotel De Linde, 20002/);
  // Who is in use is booked on, whatever else its organisation has.
  assert.equal(decide({ customer: customer({ successors }) }).kind, "requested");
});

test("O15: an article that is gone, or was never in Unit4, is refused with its code", () => {
  const decision = decide({
    workorder: { materials: ["2001", "2002", "2003", "2004", "2004"].map((code) => material(code, "1")) },
    articles: [
      article("2001", { state: "gone" }),
      article("2002", { state: "removed" }),
      article("2003", { origin: "simon" }),
    ],
  });
  assert.deepEqual(refusedFor(decision), ["WORKORDER_ARTICLE_UNKNOWN", "WORKORDER_ARTICLE_GONE"]);
  assert.match(dutch(decision), /2002 Artikel 2002, 2003 Artikel 2003, 2004\./);
  assert.match(dutch(decision), /verwijderd: 2001 Artikel 2001\./);
});

test("O15: a state that nobody knows is no reason to hold a workorder up", () => {
  const decision = decide({
    workorder: { materials: [material("2001", "1")] },
    customer: customer({ state: "unknown" }),
    articles: [article("2001", { state: "unknown" })],
  });
  assert.equal(decision.kind, "requested");
  assert.deepEqual(messagesIn(decision), []);
});

test("W12: a work address of another customer is refused", () => {
  const workAddress = { ...ADDRESS, customerId: "10002" };
  const decision = decide({ workorder: { workAddress } });
  assert.deepEqual(refusedFor(decision), ["WORKORDER_ADDRESS_OF_OTHER_CUSTOMER"]);
  assert.match(dutch(decision), /Filiaal Noord, Kade 12, 9711 AA Groningen.*klant 10001 Hotel De Linde/);
  assert.equal(decide({ workorder: { workAddress: ADDRESS } }).kind, "requested");
});

test("L6: every fault of a workorder is reported, not only the first", () => {
  const decision = decide({
    workorder: {
      reportedReady: false,
      workorderNumber: "9".repeat(61),
      workAddress: { ...ADDRESS, customerId: "10002" },
      travelMinutes: -1,
      materials: [material("2001", "2,5"), material("2002", "1")],
    },
    customer: customer({ state: "gone" }),
    articles: [article("2001", { state: "gone" })],
  });
  assert.deepEqual(refusedFor(decision), [
    "WORKORDER_NOT_READY",
    "WORKORDER_NUMBER_TOO_LONG",
    "WORKORDER_CUSTOMER_GONE",
    "WORKORDER_ADDRESS_OF_OTHER_CUSTOMER",
    "WORKORDER_MINUTES_NEGATIVE",
    "WORKORDER_ARTICLE_UNKNOWN",
    "WORKORDER_ARTICLE_GONE",
    "WORKORDER_QUANTITY_UNREADABLE",
  ]);
});

test("L6: an order without any line is refused", () => {
  const unbooked = decide({ settings: { travelArticle: null, workArticle: null } });
  assert.deepEqual(refusedFor(unbooked), ["WORKORDER_EMPTY"]);
  const unreadable = decide({
    workorder: { travelMinutes: 0, workMinutes: 0, materials: [material("2001", "x")] },
    articles: [article("2001")],
  });
  assert.deepEqual(refusedFor(unreadable), ["WORKORDER_QUANTITY_UNREADABLE"]);
});

test("O09: the order date is the archive date in the Netherlands, whatever the zone of the process", () => {
  const zone = process.env["TZ"];
  for (const name of ["UTC", "Asia/Tokyo", "America/New_York"]) {
    process.env["TZ"] = name;
    const date = (text: string) =>
      requested(decide({ workorder: { archivedAt: Date.parse(text) } })).orderDate;
    assert.equal(date("2026-03-31T22:16:00Z"), "2026-04-01", name);
    assert.equal(date("2025-12-31T23:20:00Z"), "2026-01-01", name);
  }
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

test("W18: a workorder is mapped with the settings in force when it was archived", () => {
  const versionOf = (version: number, validFrom: number, articleId: string) => ({
    version,
    validFrom,
    settings: settingsSchema.parse({ workArticle: { ...WORK, articleId } }),
  });
  const settingsVersions = [versionOf(1, 0, "OUD"), versionOf(2, ARCHIVED_AT + 1, "NIEUW")];
  const before = decide({ settingsVersions });
  assert.deepEqual([booked(before), requested(before).settingsVersion], [["OUD × 2"], 1]);
  const after = decide({ settingsVersions, workorder: { archivedAt: ARCHIVED_AT + 1 } });
  assert.deepEqual([booked(after), requested(after).settingsVersion], [["NIEUW × 2"], 2]);
  assert.deepEqual(refusedFor(decide({ settingsVersions: [] })), ["WORKORDER_SETTINGS_MISSING"]);
});

test("W18: settings that cannot be read refuse the workorder; an older version never stands in for them", () => {
  const readable = { version: 1, validFrom: 0, settings: settingsSchema.parse({ workArticle: WORK }) };
  const unreadable = { version: 2, validFrom: ARCHIVED_AT, settings: null };
  const decision = decide({ settingsVersions: [readable, unreadable] });
  assert.deepEqual(refusedFor(decision), ["WORKORDER_SETTINGS_MISSING"]);
});

test("A9: a workorder archived while the integration was off is skipped and can be sent by hand", () => {
  const activations = [
    { epoch: 1, from: 0, until: ARCHIVED_AT },
    { epoch: 2, from: ARCHIVED_AT + 10, until: null },
  ];
  const decision = decide({ activations });
  assert.equal(decision.kind === "skipped" && decision.settled.outcome, "skipped");
  assert.deepEqual(
    messagesIn(decision).map(({ code }) => code),
    ["WORKORDER_ARCHIVED_WHILE_OFF"],
  );
  assert.match(renderMessage("WORKORDER_ARCHIVED_WHILE_OFF", {}, "nl").action, /met de hand/);
  assertWhole(decision);
  const epochAt = (archivedAt: number) => requested(decide({ activations, workorder: { archivedAt } })).epoch;
  assert.deepEqual([epochAt(ARCHIVED_AT - 1), epochAt(ARCHIVED_AT + 10)], [1, 2]);
});

test("W16: a refusal carries what the workorder shows: number, first code, its parameters, times", () => {
  const decision = decide({ workorder: { workAddress: { ...ADDRESS, customerId: "9" }, workMinutes: -5 } });
  assert.deepEqual(decision.kind === "refused" && decision.settled, {
    tenantId: "a",
    workorderId: "173",
    workorderNumber: "WB-2026-173",
    outcome: "refused",
    orderId: null,
    code: "WORKORDER_ADDRESS_OF_OTHER_CUSTOMER",
    params: {
      number: "WB-2026-173",
      customer: "10001 Hotel De Linde",
      address: "Filiaal Noord, Kade 12, 9711 AA Groningen",
    },
    archivedAt: ARCHIVED_AT,
    settledAt: RECORD_AT,
    attempts: 0,
    sequence: 1,
  });
});

test("L5: an error closes the earlier errors of its workorder that are not found again", () => {
  const messages = messagesIn(decide({ workorder: { reportedReady: false, workMinutes: -1 } }));
  assert.equal(messages.length, 2);
  for (const { closes = [] } of messages) {
    assert.ok(closes.includes("WORKORDER_WITHOUT_CUSTOMER"));
    assert.ok(!closes.includes("WORKORDER_NOT_READY") && !closes.includes("WORKORDER_MINUTES_NEGATIVE"));
  }
});

test("W13: the same event gives the same decision, bit for bit", () => {
  const workorder = { ...TALK, reportedReady: false, materials: [material("2001", "x")] };
  assert.deepEqual(decide({ workorder }), decide({ workorder }));
  const ids = (decision: Decision) => messagesIn(decision).map((message) => messageLogged(message).messageId);
  assert.deepEqual(ids(decide({ workorder })), ids(decide({ workorder })));
});

test("L6: a workorder that cannot fit on an order is refused, and its messages stay small", () => {
  const long = decide({
    workorder: { description: "x\n".repeat(501) },
    settings: { descriptionOnOrder: true },
  });
  assert.deepEqual(refusedFor(long), ["WORKORDER_TOO_LONG"]);
  const wide = decide({
    workorder: { description: "x".repeat(30_000) },
    settings: { remarks: "description", memoField: "ORDER.MEMO" },
  });
  assert.deepEqual(refusedFor(wide), ["WORKORDER_TOO_LONG"]);
  const many = decide({
    workorder: {
      workorderNumber: "9".repeat(100_000),
      materials: Array.from({ length: 10_000 }, (_, index) =>
        material(`${index} ${"y".repeat(50)}`, "z".repeat(500)),
      ),
    },
  });
  assert.equal(many.kind, "refused");
  assert.ok(JSON.stringify(many).length < 50_000);
});

test("W1: the request carries what Unit4 needs of the customer and the event's own times", () => {
  const { lines, ...head } = requested(decide());
  assert.equal(lines.length, 2);
  assert.deepEqual(head, {
    tenantId: "a",
    epoch: 3,
    workorderId: "173",
    workorderNumber: "WB-2026-173",
    reference: "WB-2026-173 Ketel nagekeken",
    customerId: "10001",
    customerName: "Hotel De Linde",
    paymentConditionId: "14",
    vatScenarioId: 6,
    chargeVatTypeId: 1,
    orderDate: "2026-11-24",
    remarks: "",
    memoField: null,
    settingsVersion: 7,
    archivedAt: ARCHIVED_AT,
    requestedAt: RECORD_AT,
    retry: null,
    noOrderCode: null,
    sequence: 1,
    administration: "MVL00042",
    lookFirst: false,
  });
});
