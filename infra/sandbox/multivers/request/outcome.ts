import type { Answer } from "./answer.ts";

/** What goes out over the wire. Bytes count the body; the head always goes before them. */
export type Outcome =
  | Readonly<{ kind: "answer"; answer: Answer }>
  /** A reset of the socket, before anything went out or in the middle of an answer. */
  | Readonly<{ kind: "reset"; after: Readonly<{ answer: Answer; bytes: number }> | null }>
  /** The connection closes in an orderly way before the whole of the announced body went out. */
  | Readonly<{ kind: "cut"; answer: Answer; bytes: number }>
  | Readonly<{ kind: "slow"; answer: Answer; bytesPerSecond: number }>;
