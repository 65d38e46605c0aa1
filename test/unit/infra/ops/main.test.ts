import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("../../../../infra/ops/main.ts"));

function ops(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  return { status, stdout, stderr };
}

test("npm run ops without a command, or with an unknown one, ends with code 2 and lists the commands", () => {
  for (const args of [[], ["retyr"], ["__proto__"]]) {
    const { status, stdout, stderr } = ops(...args);
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /Usage: npm run ops -- <command>[\s\S]*\n {2}status +shows[\s\S]*\n {2}retry +sends/,
    );
  }
  assert.match(ops("retyr").stderr, /There is no command retyr/);
});

test("npm run ops -- help is asked for: it ends with code 0", () => {
  for (const args of [["help"], ["--help"], ["retry", "--help"]]) {
    const { status, stdout } = ops(...args);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm run ops -- /);
  }
});

test("words that make no sense to a command end with code 2 and its own usage", () => {
  const wrong = [
    ["status", "--jsonn"],
    ["retry"],
    ["retry", "--tenant", "bos"],
    ["retry", "--tenant", "bos", "--from", "gisteren"],
    ["retry", "--tenant"],
    ["keys"],
    ["keys", "spin"],
  ];
  for (const args of wrong) {
    const { status, stderr } = ops(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, new RegExp(`Usage: npm run ops -- ${args[0]} `));
  }
});

test("an environment that makes no sense is told, and what was typed is not blamed", () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "status"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], LOCAL_POSTGRES_PORT: "many" },
  });
  assert.equal(status, 1);
  assert.match(stderr, /LOCAL_POSTGRES_PORT/);
  assert.doesNotMatch(stderr, /Usage/);
});
