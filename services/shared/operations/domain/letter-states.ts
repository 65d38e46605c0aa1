/** Where a dead letter stands: what each means stands where the column is made (services/log-sink/migrations/007). */
const OPEN_STATES = ["waiting", "sending", "put-back", "quarantined"] as const;
export type LetterState = (typeof OPEN_STATES)[number] | "processed" | "discarded" | "erased";

/** SQL: the states of letters of which something can still become, as a list. */
export const OPEN_LETTERS = `('${OPEN_STATES.join("', '")}')`;
