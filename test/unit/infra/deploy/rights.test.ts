import assert from "node:assert/strict";
import { test } from "node:test";
import { PRINCIPALS, rightLine, rightsOf } from "../../../../infra/deploy/rights.ts";
import { TOPICS, type Topic } from "../../../../schemas/topics.ts";

const rights = rightsOf({ topicPrefix: "acc.", principalOf: (service) => `User:${service}` });
const linesOf = (service: string) =>
  rights.filter(({ principal }) => principal === `User:${service}`).map(rightLine);

test("O38: log-sink reads what it consumes in its group, writes dead letters and what it puts back, and nothing else", () => {
  const lines = linesOf("log-sink").filter((line) => !line.includes("DESCRIBE"));
  const topics = Object.values(TOPICS).map(({ name }) => `topic acc.${name}`);
  assert.deepEqual(lines, [
    ...topics.flatMap((topic) => [`User:log-sink may WRITE ${topic}`, `User:log-sink may READ ${topic}`]),
    "User:log-sink may READ group acc.log-sink",
    "User:log-sink may READ group acc.find-*",
    "User:log-sink may DELETE group acc.find-*",
  ]);
});

test("O38: who only publishes has no group, and the console's searches have theirs", () => {
  assert.deepEqual(
    linesOf("unit4-poller").filter((line) => line.includes(" group ")),
    [],
  );
  assert.deepEqual(
    linesOf("console").filter((line) => line.includes(" group ")),
    ["User:console may READ group acc.find-*", "User:console may DELETE group acc.find-*"],
  );
});

test("O38: every service that the table of topics names has rights, but for those of others", () => {
  const named = Object.values(TOPICS).flatMap(({ producers, consumers, searchedBy }: Topic) => [
    ...producers,
    ...consumers,
    ...(searchedBy ?? []),
  ]);
  const others = new Set(named.filter((name) => !(PRINCIPALS as readonly string[]).includes(name)));
  assert.deepEqual([...others], ["simon"]);
});
