import { test } from "node:test";
import { FAULT_MATRIX } from "./fault-matrix.ts";
import { SEEDS } from "./seeds.ts";

for (const { name, run } of FAULT_MATRIX)
  for (const seed of SEEDS) test(`${name} (seed ${seed})`, (t) => run(t, seed));
