/** What is known of a tenant's integration at one moment. */
export type Standing = {
  readonly isActive: boolean;
  /** Whether it was ever connected to an administration. */
  readonly isNew: boolean;
  readonly connection: "none" | "connected" | "revoked" | "client_refused";
  /** Unit4 asked for no calls before this time; null where it did not, or it has passed. */
  readonly parkedUntil: Date | null;
  /** Calls in a row that failed, of those that read lists and of those that write orders. */
  readonly failedPolls: number;
  readonly failedSendings: number;
  /** Since when reading fails; null where it does not. */
  readonly failingSince: Date | null;
  /** Deletions that wait for a person. */
  readonly brakes: number;
  /** Whether customers and articles have come over for the first time. */
  readonly isLoaded: boolean;
  /** Orders on their way, and when the oldest of them was archived. */
  readonly waiting: number;
  readonly oldestAt: Date | null;
  /** Open messages of the kind error. */
  readonly errors: number;
};

/** How the integration stands, worst first: one of these is said, and at most one thing is to be done about it. */
export type Verdict =
  | "never"
  | "off"
  | "unconnected"
  | "revoked"
  | "client-refused"
  | "rests"
  | "falters"
  | "asks"
  | "loading"
  | "slow"
  | "errors"
  | "fine";

/** One failure may be a hiccup of the line; it is repeated before anybody hears of it. */
const FALTERS_FROM = 2;
/** An order is in Unit4 within seconds; one that waits so long meets something. */
const SLOW_AFTER_MS = 5 * 60_000;

/** How calls to a Unit4 that let us in went lately. @param nowMs milliseconds since 1970 UTC */
export function callsOf(
  calls: Pick<Standing, "parkedUntil" | "failedPolls" | "failedSendings">,
  nowMs: number,
): "connected" | "rests" | "falters" {
  if (calls.parkedUntil !== null && calls.parkedUntil.getTime() > nowMs) return "rests";
  return falters(calls.failedPolls) || falters(calls.failedSendings) ? "falters" : "connected";
}

/** @param nowMs milliseconds since 1970 UTC */
export function verdictOf(standing: Standing, nowMs: number): Verdict {
  if (!standing.isActive) return standing.isNew ? "never" : "off";
  if (standing.connection === "none") return "unconnected";
  if (standing.connection === "revoked") return "revoked";
  if (standing.connection === "client_refused") return "client-refused";
  const calls = callsOf(standing, nowMs);
  if (calls !== "connected") return calls;
  if (standing.brakes > 0) return "asks";
  if (!standing.isLoaded) return "loading";
  if (isSlow(standing, nowMs)) return "slow";
  return standing.errors > 0 ? "errors" : "fine";
}

/** How a stretch of the way Unit4 → Simon → Unit4 is. */
export type Stretch = "off" | "stands" | "rests" | "falters" | "asks" | "loading" | "slow" | "runs";

/** Where it sticks: customers and articles on their way to Simon, orders on their way to Unit4. */
export function wayOf(
  standing: Standing,
  nowMs: number,
): { readonly toSimon: Stretch; readonly toUnit4: Stretch } {
  const verdict = verdictOf(standing, nowMs);
  const both = BOTH[verdict];
  if (both !== undefined) return { toSimon: both, toUnit4: both };
  return {
    toSimon: falters(standing.failedPolls)
      ? "falters"
      : standing.brakes > 0
        ? "asks"
        : standing.isLoaded
          ? "runs"
          : "loading",
    toUnit4: falters(standing.failedSendings) ? "falters" : isSlow(standing, nowMs) ? "slow" : "runs",
  };
}

/** What holds for the whole way. */
const BOTH: Readonly<Partial<Record<Verdict, Stretch>>> = {
  never: "off",
  off: "off",
  unconnected: "stands",
  revoked: "stands",
  "client-refused": "stands",
  rests: "rests",
};

const falters = (failures: number): boolean => failures >= FALTERS_FROM;

const isSlow = ({ waiting, oldestAt }: Standing, nowMs: number): boolean =>
  waiting > 0 && oldestAt !== null && nowMs - oldestAt.getTime() > SLOW_AFTER_MS;
