/**
 * How long a wait may take that is for a condition. Only a hang reaches it: it is many times what the slowest wait takes
 * on a machine whose cores are all busy, so that a slow machine fails no test.
 */
export const HANG_MS = 120_000;

/** The same for a whole test, of many waits. */
export const HANG_OF_A_TEST_MS = 600_000;

/** Not patience but what the product promises (O21): the next good record is handled so soon after poison. */
export const AFTER_POISON_MS = 5_000;
