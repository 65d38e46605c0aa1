/** Each row of the fault matrix is run with these. */
export const SEEDS = [1, 2, 3] as const;
