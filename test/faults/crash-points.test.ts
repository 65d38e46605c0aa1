import { suite, test } from "node:test";
import { CRASH_POINTS, PUT_BACK_CRASH_POINTS } from "../../services/shared/crash-points.ts";
import { surviveCrash } from "./crash-case.ts";
import { surviveLetterCrash } from "./letters-crash-case.ts";
import { SEEDS } from "./seeds.ts";

// Two at a time, since leases and quarantines are waiting.
suite("every crash point of the order path", { concurrency: 2 }, () => {
  for (const point of CRASH_POINTS)
    for (const seed of SEEDS)
      test(`F03: killed at ${point}, pass ${seed}: one order each, none lost, all told`, (t) =>
        surviveCrash(t, point, seed));
});

suite("every crash point of putting letters back", { concurrency: 2 }, () => {
  for (const point of PUT_BACK_CRASH_POINTS)
    for (const seed of SEEDS)
      test(`O42: killed at ${point}, pass ${seed}: each letter on its topic once, all processed`, (t) =>
        surviveLetterCrash(t, point, seed));
});
