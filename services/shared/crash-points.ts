import { z } from "zod";

/**
 * Places of the order path at which a process can be made to die, in the order in which one order passes them: between
 * any two neighbours something has been done that the other side of a crash must cope with.
 */
export const CRASH_POINTS = [
  /** Poison is with the dead letters, the position has not moved. */
  "dead-letters-sent",
  /** Rows and position of a chunk stand in a transaction that is not committed. */
  "before-chunk-commit",
  /** They are committed, and Kafka's lag tools know nothing of it. */
  "after-chunk-commit",
  /** The attempt is in the ledger, no byte of the order has left. */
  "attempt-begun",
  /** A token was granted that no row holds yet. */
  "token-granted",
  /** Unit4 answered, and only this process knows. */
  "answer-received",
  /** A look-up was answered, and only this process knows. */
  "look-up-answered",
  /** The outcome is in the ledger, nobody was told. */
  "outcome-stored",
  /** Orders that Unit4 does not have are known to be absent, nobody was told. */
  "absences-stored",
  /** Kafka has the outcome, the ledger does not know that it was told. */
  "outcome-told",
  /** The ledger knows. */
  "outcome-marked",
] as const;

/** Places of a replay, likewise. */
export const REPLAY_CRASH_POINTS = [
  /** Rows and checkpoint of a chunk stand in a transaction that is not committed. */
  "before-replay-commit",
  /** They are committed, and nothing else was done since. */
  "after-replay-commit",
  /** All is read; nobody has held the rows against the topic yet. */
  "before-verdict",
] as const;

/** Places of putting dead letters back, likewise. */
export const PUT_BACK_CRASH_POINTS = [
  /** They are marked as being sent, and none is on its topic. */
  "letters-marked",
  /** They are on their topic, and nobody noted it. */
  "letters-sent",
  /** It is noted, and nothing else was done since. */
  "letters-noted",
] as const;

/** Places of a resync, likewise. */
export const RESYNC_CRASH_POINTS = [
  /** Pages, or the whole list, and how far the resync is stand in a transaction that is not committed; Kafka has their rows. */
  "before-reading-commit",
  /** They are committed, and nothing else was done since. */
  "after-reading-commit",
] as const;

/** Places at which orders are asked for again, likewise. */
export const REREQUEST_CRASH_POINTS = [
  /** Kafka has the requests of a chunk, and the transaction with its checkpoint is not committed. */
  "before-rerequest-commit",
  /** It is committed, and nothing else was done since. */
  "after-rerequest-commit",
] as const;

const ALL_POINTS = [
  ...CRASH_POINTS,
  ...REPLAY_CRASH_POINTS,
  ...PUT_BACK_CRASH_POINTS,
  ...RESYNC_CRASH_POINTS,
  ...REREQUEST_CRASH_POINTS,
] as const;

export type CrashPoint = (typeof ALL_POINTS)[number];

/** Where, when and how a process ends itself. */
export type Crash = {
  readonly point: CrashPoint;
  /** At which pass: 1 is the first one. */
  readonly pass: number;
  readonly signal: "SIGKILL" | "SIGSTOP";
};

/**
 * Where this process ends itself, `<name>:<n>`: by SIGKILL, when it passes the point for the n-th time. With `:freeze` after
 * it, it stops there (SIGSTOP) until it is let go on. For fault tests; not set in production.
 */
export const crashAtSetting = z
  .string()
  .regex(new RegExp(`^(${ALL_POINTS.join("|")}):[1-9]\\d{0,8}(:freeze)?$`), {
    error: `must be <name>:<n> or <name>:<n>:freeze, the name one of ${ALL_POINTS.join(", ")}`,
  })
  .transform((text): Crash => {
    const [name, pass, freeze] = text.split(":");
    const point = ALL_POINTS.find((known) => known === name) ?? CRASH_POINTS[0];
    return { point, pass: Number(pass), signal: freeze === undefined ? "SIGKILL" : "SIGSTOP" };
  })
  .optional();

// One for the process, as death is: handing it to every function on the way would put a test's concern into each.
let armed: Crash | undefined;
let passes = 0;

/** Makes this process end itself where the setting says; undefined: nowhere. */
export function armCrashPoint(crash: Crash | undefined): void {
  armed = crash;
  passes = 0;
}

/** A place where this process ends itself if it was armed so. */
export function crashPoint(point: CrashPoint): void {
  if (armed?.point !== point) return;
  passes += 1;
  if (passes === armed.pass) process.kill(process.pid, armed.signal);
}
