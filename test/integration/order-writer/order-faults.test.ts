import { suite, test } from "node:test";
import { surviveCrash } from "../../faults/crash-case.ts";
import { FAULT_MATRIX } from "../../faults/fault-matrix.ts";

const SEED = 1;

/** The most telling rows of `npm run test:faults`, once each; two at a time, since leases and quarantines are waiting. */
suite("orders under faults", { concurrency: 2 }, () => {
  test("F03: killed between Unit4's answer and its storing: one order each, none lost, all told", (t) =>
    surviveCrash(t, "answer-received", SEED));

  for (const { name, run } of FAULT_MATRIX.filter(({ isQuick }) => isQuick)) test(name, (t) => run(t, SEED));
});
