/** Units as Grafana names them. */
type Unit = "s" | "short" | "none" | "percentunit" | "ops" | "bytes" | "dateTimeFromNow";

export type Query = {
  /** PromQL; `build.ts` adds the variables for job and instance to each of our series. */
  readonly expr: string;
  /** What names a line: `{{topic}}`, or words. */
  readonly legend: string;
};

export type Panel = {
  readonly title: string;
  /** What it shows and when to worry; people read it at the worst of times. */
  readonly description: string;
  readonly kind: "lines" | "number" | "bars" | "table";
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Bounds from which it is yellow and red. */
  readonly warn?: readonly [yellow: number, red: number];
  /** Red below the bounds rather than above. */
  readonly isLowBad?: boolean;
  /** Columns of 24; a third unless told. */
  readonly width?: number;
  /** Why nothing may be there although all is well. */
  readonly none?: string;
};

type Row = { readonly title: string; readonly panels: readonly Panel[] };

/** A board as its source has it. */
export type Board = {
  /** Stable: links lead by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Alerts whose runbooks it links to. */
  readonly alerts: readonly string[];
  readonly rows: readonly Row[];
  /** What is marked on every panel with a line of time. */
  readonly marks?: readonly Mark[];
};

/** Moments that a query is above 0. */
export type Mark = {
  readonly name: string;
  readonly expr: string;
  /** As Grafana fills it in: `{{kind}}`. */
  readonly text: string;
  readonly color: "blue" | "green" | "red";
};
