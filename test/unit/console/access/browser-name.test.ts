import assert from "node:assert/strict";
import { test } from "node:test";
import { browserName } from "../../../../services/console/access/domain/browser-name.ts";

const AGENTS: readonly (readonly [string, string])[] = [
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Edge, Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Safari, iPhone",
  ],
  [
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Chrome, Android",
  ],
  ["<script>alert(1)</script>", ""],
  ["", ""],
];

for (const [agent, name] of AGENTS)
  test(`a browser that says “${agent.slice(0, 40)}…” is called “${name}”`, () => {
    assert.equal(browserName(agent), name);
  });
