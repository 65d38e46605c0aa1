import { DATABASE_FAULTS } from "./database-faults.ts";
import type { FaultCase } from "./fault-case.ts";
import { KAFKA_FAULTS } from "./kafka-faults.ts";
import { POLITENESS_FAULTS } from "./politeness-faults.ts";
import { PROCESS_FAULTS } from "./process-faults.ts";
import { TOKEN_FAULTS } from "./token-faults.ts";
import { UNIT4_FAULTS } from "./unit4-faults.ts";

/** The rows of the fault matrix that concern orders; crash points (F03) stand apart. */
export const FAULT_MATRIX: readonly FaultCase[] = [
  ...PROCESS_FAULTS,
  ...DATABASE_FAULTS,
  ...KAFKA_FAULTS,
  ...UNIT4_FAULTS,
  ...POLITENESS_FAULTS,
  ...TOKEN_FAULTS,
];
