// Loaded before a program of ours (`node -r`), in the oldest JavaScript that any Node runs: an older one than ours can read no
// TypeScript, and would end with a stack trace.
"use strict";

var version = process.versions.node.split(".").map(Number);
if (version[0] < 24 || (version[0] === 24 && version[1] < 2)) {
  console.error(
    "Node 24.2 or newer is needed; this one is " +
      process.versions.node +
      ". `npm ci` brings it along, unless it leaves optional packages out.",
  );
  process.exit(1);
}
