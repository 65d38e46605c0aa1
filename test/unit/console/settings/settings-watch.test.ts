import assert from "node:assert/strict";
import { test } from "node:test";
import {
  judgeArticle,
  judgeGroups,
  judgeMemoField,
} from "../../../../services/console/settings/domain/settings-check.ts";
import {
  settingsNews,
  type ToldChecks,
} from "../../../../services/console/settings/domain/settings-watch.ts";
import { messageLogged, renderMessage } from "../../../../services/shared/domain/message-catalogue.ts";
import { plain } from "../../../support/plain.ts";

const HOURS = { takesHours: true };
const GONE = judgeArticle("REISTIJD", null, HOURS);
const ARTICLE = {
  productId: "REISTIJD",
  description: "Reistijd",
  productType: 0,
  productState: 0,
  quantityScale: 2,
};
const PASSIVE = judgeArticle("REISTIJD", { ...ARTICLE, productState: 1 }, HOURS);
const RIGHT = judgeArticle("REISTIJD", ARTICLE, HOURS);
const EXPIRING = judgeArticle("REISTIJD", { ...ARTICLE, productState: 2 }, HOURS);
const AWAY = {
  state: "unchecked",
  code: "UNIT4_AWAY",
  params: { reason: plain("TIMED_OUT") },
  found: null,
} as const;

const look = (travelArticle: typeof GONE, told: ToldChecks = {}, night = "2026-11-25") =>
  settingsNews({ tenantId: "linde", results: { travelArticle }, told, night, at: 1 });
const codes = ({ messages }: ReturnType<typeof look>) => messages.map(({ code, closes }) => [code, closes]);

test("L5: a chosen article that is gone is told, counted night by night, and closed once when it is right again", () => {
  const first = look(GONE);
  assert.deepEqual(codes(first), [["SETTINGS_ARTICLE_GONE", []]]);
  const [message] = first.messages;
  assert.ok(message !== undefined);
  assert.match(
    renderMessage(message.code, message.params ?? {}, "nl").text,
    /REISTIJD.*“Artikel voor reistijd”.*bestaat niet meer/,
  );
  const idOf = (night: string) => look(GONE, first.told, night).messages.map(messageLogged)[0]?.messageId;
  assert.equal(idOf("2026-11-25"), messageLogged(message).messageId, "the same night twice says the same");
  assert.notEqual(idOf("2026-11-26"), idOf("2026-11-25"));

  const again = look(RIGHT, first.told);
  assert.deepEqual(codes(again), [["SETTINGS_RIGHT_AGAIN", ["SETTINGS_ARTICLE_GONE"]]]);
  assert.deepEqual(again.told, {});
  assert.deepEqual(codes(look(RIGHT, again.told)), []);
});

test("L5: another fault takes the place of the one before", () => {
  const { told } = look(GONE);
  assert.deepEqual(codes(look(PASSIVE, told)), [["SETTINGS_ARTICLE_INACTIVE", ["SETTINGS_ARTICLE_GONE"]]]);
});

test("O25: what could not be checked says nothing and takes nothing back", () => {
  const { told } = look(GONE);
  const unseen = look(AWAY, told);
  assert.deepEqual([unseen.messages, unseen.told], [[], told]);
  assert.deepEqual(look(AWAY).messages, []);
});

test("A5: an article that expires can still be used and is no matter for the log", () => {
  assert.deepEqual(look(EXPIRING).messages, []);
});

test("M9, W10: a renamed group and a memo field that is gone are told by the name that the settings have", () => {
  const results = {
    articleGroups: judgeGroups(["Sanitair"], [{ groupId: "20", name: "sanitair" }]),
    memoField: judgeMemoField("ORDER.OPMERKINGEN", []),
  };
  const { messages } = settingsNews({ tenantId: "linde", results, told: {}, night: "2026-11-25", at: 1 });
  const texts = messages.map(({ code, params }) => renderMessage(code, params ?? {}, "nl").text);
  assert.match(texts[0] ?? "", /“Sanitair”/);
  assert.match(texts[1] ?? "", /“ORDER.OPMERKINGEN”/);
  assert.ok(texts.every((text) => !text.includes("?")));
});
