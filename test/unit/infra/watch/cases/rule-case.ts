/** Series of some made-up hours, and when an alert fires in them. */
export type RuleCase = {
  readonly alert: string;
  /** Where one name calls and waits. */
  readonly severity?: "page" | "ticket";
  /** Minutes between two samples and two looks at the rules; 1 unless told. */
  readonly stepM?: number;
  readonly what: string;
  /** By series; values as promtool writes them: 0+1x60 is 0, 1, … 60. */
  readonly series: Readonly<Record<string, string>>;
  /** So many alerts fire at a time such as 30m. */
  readonly firing: Readonly<Record<string, number>>;
};
