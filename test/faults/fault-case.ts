import type { TestContext } from "node:test";

/** A row of the fault matrix. */
export type FaultCase = {
  /** Begins with the row's number; the rest says what must hold. */
  readonly name: string;
  /** Whether it belongs to the quick subset of `npm test`. */
  readonly isQuick: boolean;
  readonly run: (t: TestContext, seed: number) => Promise<void>;
};
