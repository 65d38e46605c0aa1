/** What operations on dead letters tell of themselves: the contract between the service that does them and whoever shows it. */

/** Letters of one topic, consumer and cause. */
export type LettersOfCause = {
  readonly topic: string;
  readonly consumerGroup: string;
  readonly cause: string;
  readonly letters: number;
  readonly tenants: number;
};

/** Letters that were asked for and are left as they are, by why. */
export type LettersLeft = {
  /** Failed too often: name one to put it back. */
  readonly quarantined: number;
  /** Only first bytes of them are kept. */
  readonly byReference: number;
  /** Their tenant was emptied. */
  readonly erased: number;
  /** What they come from is no topic of which we know the consumer. */
  readonly elsewhere: number;
};

/** What an operation will do, as it was when it was planned. */
export type LettersPlan = {
  readonly letters: number;
  /** Letters that are stored later are not meant. ISO 8601 in UTC, by the clock of the database. */
  readonly storedUntil: string;
  readonly byCause: readonly LettersOfCause[];
  readonly tenants: number;
  /** Those with the most, at most twenty; null: the key names none. */
  readonly byTenant: readonly { readonly tenantId: string | null; readonly letters: number }[];
  readonly left: LettersLeft;
  readonly recordsPerSecond: number;
  /** At that rate. */
  readonly seconds: number;
};

/** How far an operation is. */
export type LettersProgress = {
  readonly done: number;
  readonly ofLetters: number;
  /** Of those, found on their topic after a process had ended in between: they were not sent again. */
  readonly found: number;
  readonly secondsLeft: number;
};
