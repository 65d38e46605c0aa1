import { suite, test } from "node:test";
import { FAULT_MATRIX } from "./fault-matrix.ts";
import { SEEDS } from "./seeds.ts";

// Two at a time, since leases and quarantines are waiting.
suite("the fault matrix of orders", { concurrency: 2 }, () => {
  for (const { name, run } of FAULT_MATRIX)
    for (const seed of SEEDS) test(`${name} (seed ${seed})`, (t) => run(t, seed));
});
