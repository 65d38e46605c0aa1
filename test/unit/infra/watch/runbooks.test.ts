import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runbookOf } from "../../../../infra/prometheus/alert.ts";
import { ALERTS } from "../../../../infra/prometheus/rules.ts";
import { TOPICS } from "../../../../schemas/topics.ts";
import { COMPONENTS } from "../../../support/all-metrics.ts";
import { faultsOf } from "../../../support/promql.ts";
import { queryableSeries } from "../../../support/rule-files.ts";
import { readRunbooks } from "../../../support/runbooks.ts";
import { ROOT, sourceFiles } from "../../../support/source-files.ts";

/** Pages for what people plan to do. */
const WITHOUT_AN_ALERT = new Set([
  "reconcile.md",
  "replay.md",
  "rerequest.md",
  "restore-a-backup.md",
  "resync.md",
  "send-a-support-bundle.md",
]);
const all = readRunbooks();
const pages = all.filter(({ file }) => !WITHOUT_AN_ALERT.has(file));

test("each alert has its page, and each page its alert", () => {
  const wanted = new Map(ALERTS.map(({ name }) => [runbookOf(name), name]));
  assert.deepEqual(pages.map(({ file }) => file).sort(), [...wanted.keys()].sort());
  for (const { file, text } of pages) assert.equal(/^# (\w+)$/m.exec(text)?.[1], wanted.get(file));
});

test("each page says what it means, whom it hits, how to find out why and what to do, in this order", () => {
  for (const { file, text, blocks } of pages) {
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    assert.deepEqual(sections, ["Meaning", "Impact", "Diagnosis", "Mitigation"], file);
    assert.ok(blocks.length > 0, `${file} names nothing to look with`);
  }
});

test("what pages link to is there, and settings and release notes that they name are, too", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const settings = sourceFiles("services", "infra")
    .map(({ text }) => text)
    .join("\n");
  for (const { file, text } of pages) {
    for (const [, link = ""] of text.matchAll(/\]\(([\w./-]+)\)/g))
      assert.ok(existsSync(join(ROOT, "infra/docs/runbooks", link)), `${file}: ${link}`);
    for (const [path] of text.matchAll(/\b(?:infra|services)\/[\w./-]+\.\w+/g))
      assert.ok(existsSync(join(ROOT, path)), `${file}: ${path}`);
    for (const [name] of text
      .replaceAll(/```[\s\S]*?```|`[^`]*`/g, "")
      .matchAll(/\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b/g))
      assert.ok(readme.includes(name) || settings.includes(name), `${file}: ${name}`);
  }
});

test("queries of pages and metrics in their text are of the services", async () => {
  const series = await queryableSeries();
  for (const { file, text, blocks } of pages) {
    for (const { language, code } of blocks)
      if (language === "promql") assert.deepEqual(faultsOf(code, series), [], `${file}: ${code}`);
    for (const [name] of text.matchAll(/\bsimon_[a-z0-9_]+/g))
      assert.ok(series.has(name), `${file}: ${name}`);
  }
});

test("events of the log, labels and codes that pages name are in the sources", () => {
  const source = sourceFiles("services")
    .map(({ text }) => text)
    .join("\n");
  for (const { file, text } of pages)
    for (const [, word = ""] of text.matchAll(/`([a-zA-Z][a-zA-Z0-9_-]+)`/g))
      assert.ok(source.includes(word), `${file}: ${word}`);
});

const KAFKA_TOOL =
  /^kafka-(consumer-groups|topics|broker-api-versions)\.sh --bootstrap-server "\$KAFKA_BROKERS"/;
const COMMANDS = [
  /^npm run (ops -- (status|retry|keys|replay|resync|rerequest|reconcile|operations|dead-letters)|deploy)\b/,
  KAFKA_TOOL,
  /^kubectl (get|logs) /,
  /^curl -sS /,
];

test("commands of pages are ones that there are, for groups, topics and workloads that there are", () => {
  const scripts = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object })
    .scripts;
  const topics = Object.values(TOPICS).map(({ name }) => name);
  const commands = sourceFiles("infra/ops").flatMap(({ text }) =>
    [...text.matchAll(/\.command\("([\w-]+)/g)].map(([, name]) => name),
  );
  for (const { file, text, blocks } of pages) {
    const lines = blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.trim().split("\n"));
    for (const line of lines)
      assert.ok(
        COMMANDS.some((one) => one.test(line)),
        `${file}: ${line}`,
      );
    for (const [, script = "", command] of text.matchAll(/npm run (\w+)(?: -- ([\w-]+))?/g)) {
      assert.ok(script in scripts, `${file}: ${script}`);
      if (script === "ops") assert.ok(commands.includes(command), `${file}: ops ${command}`);
    }
    for (const line of lines) {
      const [, topic] = /--topic (\S+)/.exec(line) ?? [];
      assert.ok(topic === undefined || topics.includes(topic as (typeof topics)[number]), line);
      const [, name] = /(?:--group|deploy\/)\s*(\S+)/.exec(line) ?? [];
      assert.ok(name === undefined || COMPONENTS.some((one) => one === name), line);
    }
  }
});

test("languages of code blocks are those that tests look at", () => {
  for (const { file, blocks } of pages)
    for (const { language } of blocks) assert.match(language, /^(sh|sql|promql)$/, file);
});
