import { Failure, isFailure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import { currentSettings } from "../shared/tenants.ts";
import { ENTITIES, type Entity } from "./domain/entity.ts";
import { afterTurn, type FailureStreak, type TurnEnd } from "./domain/failure-streak.ts";
import { nextTurnInMs, type Pace, politeTurnInMs } from "./domain/poll-interval.ts";
import { SERVICE } from "./domain/service-name.ts";
import { checkAddresses } from "./invoice-addresses.ts";
import { endOfFault, reasonOfFault } from "./list-faults.ts";
import type { Poller } from "./poller.ts";
import { scanList } from "./scan.ts";
import type { ScanEnd } from "./scan-state.ts";
import { handBackLease, type Lease, releaseLease } from "./schedule.ts";
import { type ListState, readListStates, type SnapshotHead } from "./snapshot-store.ts";
import { beginTurn, type Turn, type TurnSignals } from "./turn.ts";
import { articleFilter, articleList } from "./unit4-articles.ts";
import { customerList } from "./unit4-customers.ts";

/**
 * One turn at one tenant: reads its lists, publishes what changed, looks after invoice addresses, says when the tenant is
 * due again. An error of ours ends the turn, and another one follows.
 * @throws what tells of an outage of Kafka or Postgres
 */
export async function takeTurn(poller: Poller, lease: Lease, signals: TurnSignals): Promise<void> {
  try {
    const version = await currentSettings(poller.pool, lease.tenantId);
    if (version === null) return await endWithoutSettings(poller, lease);
    const { settings } = version;
    if (settings === null) throw settingsUnreadable(lease, version.version);
    const turn = beginTurn(poller, lease, { settings, signals });
    const round = await goRound(poller, turn);
    // Where the tenant was deactivated the lease is still ours: a new activation must not wait for its end.
    if (round.kind === "stopped" || signals.lost.aborted) await handBackLease(poller.pool, lease);
    else await endTurn(poller, lease, { round, busyMs: turn.busyMs() });
  } catch (error) {
    if (isFailure(error, "LEASE_LOST")) return poller.telemetry.leaseLost(lease.tenantId);
    await endBrokenTurn(poller, lease, error);
    if (outageOf(error) !== null) throw error;
  }
}

/** How far a turn came. */
type Round = {
  readonly kind: "finished" | "unfinished" | "stopped" | "failed";
  readonly listsDone: readonly Entity[];
  readonly wasFirstLoad: boolean;
  /** Whether every list of it was provably read to its end. */
  readonly isWhole: boolean;
  /** Whether it is read because an operation wants a list of it. */
  readonly isBackfill: boolean;
  readonly end: TurnEnd;
};

const FINE: TurnEnd = { kind: "fine" };

async function goRound(poller: Poller, turn: Turn): Promise<Round> {
  const states = await readListStates(poller.pool, turn.lease);
  // A first load keeps its place, whatever is wanted besides.
  const isBackfill =
    ENTITIES.some((entity) => states[entity].resync !== null) &&
    ENTITIES.every((entity) => states[entity].head !== null);
  const listsDone = [...turn.lease.listsDone];
  let wasFirstLoad = false;
  let isStateOld = false;
  let isWhole = true;
  let fault: TurnEnd | null = null;
  const ended = (kind: Round["kind"], end: TurnEnd, done: readonly Entity[]): Round => ({
    ...{ kind, end, listsDone: done, wasFirstLoad, isWhole, isBackfill },
  });
  for (const entity of ENTITIES.filter((one) => !listsDone.includes(one))) {
    const scanned = await pollList(poller, turn, { entity, state: states[entity] });
    if (scanned.kind === "failed" && scanned.end.kind === "faulty") {
      // The other list is none the worse for it.
      fault ??= scanned.end;
      continue;
    }
    if (scanned.kind === "failed") return ended("failed", scanned.end, listsDone);
    if (scanned.kind !== "complete") return ended(scanned.kind, FINE, listsDone);
    wasFirstLoad ||= scanned.result === "loaded";
    isWhole &&= scanned.result !== "incomplete";
    isStateOld ||= scanned.isSaved;
    listsDone.push(entity);
  }
  if (fault !== null) return ended("failed", fault, []);
  const { head } = (isStateOld ? await readListStates(poller.pool, turn.lease) : states).customer;
  const looked = await lookAfterAddresses(poller, turn, head);
  if (looked.kind === "unfinished") return ended("unfinished", FINE, []);
  return ended(looked.end.kind === "fine" ? "finished" : "failed", looked.end, []);
}

/** The turn's share of the invoice addresses. @returns unfinished where what was stored of the list was given up */
async function lookAfterAddresses(
  poller: Poller,
  turn: Turn,
  head: SnapshotHead | null,
): Promise<{ readonly kind: "done"; readonly end: TurnEnd } | { readonly kind: "unfinished" }> {
  const list = customerList(poller, turn.lease, turn.settings);
  try {
    const failedEnd = await checkAddresses(poller, turn, { list, head });
    // The lists were read: a failing look-up of an address is not an outage, unless Unit4 shuts the door.
    return { kind: "done", end: failedEnd === null || failedEnd.kind === "unavailable" ? FINE : failedEnd };
  } catch (error) {
    const fault = await endOfFault(poller, turn.lease, { entity: "customer", error });
    return fault.kind === "failed" ? { kind: "done", end: fault.end } : { kind: "unfinished" };
  }
}

async function pollList(
  poller: Poller,
  turn: Turn,
  known: { readonly entity: Entity; readonly state: ListState },
): Promise<ScanEnd> {
  const { entity } = known;
  const startedAt = poller.now();
  const scanned = await scanEntity(poller, turn, known).catch((error: unknown) =>
    endOfFault(poller, turn.lease, { entity, error }),
  );
  const result = scanned.kind === "complete" ? scanned.result : scanned.kind;
  if (result !== "stopped") poller.telemetry.listPolled(entity, result, (poller.now() - startedAt) / 1000);
  if (scanned.kind === "failed")
    poller.telemetry.pollFailed(turn.lease.tenantId, entity, reasonOf(scanned.end));
  return scanned;
}

async function scanEntity(
  poller: Poller,
  turn: Turn,
  { entity, state }: { readonly entity: Entity; readonly state: ListState },
): Promise<ScanEnd> {
  if (entity === "customer")
    return await scanList(poller, turn, { list: customerList(poller, turn.lease, turn.settings), state });
  const filter = await articleFilter(poller, turn, state.head?.filter ?? null);
  if (filter.kind === "failed") return filter;
  return await scanList(poller, turn, { list: articleList(poller, turn.lease, filter.value), state });
}

async function endTurn(
  poller: Poller,
  lease: Lease,
  turn: { readonly round: Round; readonly busyMs: number },
): Promise<void> {
  const { round } = turn;
  const now = poller.now();
  const { streak, messages } = afterTurn({
    before: lease.streak,
    end: round.end,
    administration: lease.administration,
    now,
  });
  await poller.messages.log(
    messages.map(({ since, ...message }) => ({
      ...message,
      tenantId: lease.tenantId,
      at: now,
      service: SERVICE,
      occurrence: since,
    })),
  );
  const busyMs = lease.busyMs + turn.busyMs;
  const pace = paceOf(round, streak, round.wasFirstLoad ? 0 : busyMs);
  const { tenantId } = lease;
  const { intervalMs, busyPart } = poller.limits;
  const dueInMs = nextTurnInMs({ pace, tenantId, intervalMs, busyPart, now, random: poller.random() });
  await releaseLease(poller.pool, lease, {
    dueInMs,
    politeInMs: politeTurnInMs({ pace, busyPart, dueInMs }),
    busyMs: round.kind === "finished" ? 0 : busyMs,
    listsDone: round.listsDone,
    isComplete: round.kind === "finished" && round.isWhole,
    outcome: round.kind === "failed" ? reasonOf(round.end) : round.kind,
    streak,
  });
}

function paceOf(round: Round, streak: FailureStreak, busyMs: number): Pace {
  switch (round.end.kind) {
    case "fine":
      if (round.kind !== "unfinished") return { kind: "done", busyMs };
      return { kind: round.isBackfill ? "unfinished-backfill" : "unfinished" };
    case "unavailable":
    case "faulty":
      return { kind: "failed", failures: streak.failures };
    case "asked-to-wait":
      return { kind: "parked", until: round.end.until };
    case "revoked":
    case "client-refused":
    case "forbidden":
      return { kind: "refused" };
  }
}

const reasonOf = (end: TurnEnd): string =>
  end.kind === "unavailable" || end.kind === "faulty" ? end.reason : end.kind;

const settingsUnreadable = ({ tenantId }: Lease, version: number): Failure =>
  new Failure(
    "SETTINGS_UNREADABLE",
    `Settings ${version} of tenant ${tenantId} do not fit their schema; mend them in integration.settings_versions.`,
  );

/** An active tenant without settings has not been activated to its end: nothing says what may come over. */
const endWithoutSettings = (poller: Poller, lease: Lease): Promise<void> =>
  releaseLease(poller.pool, lease, {
    dueInMs: poller.limits.intervalMs,
    politeInMs: poller.limits.intervalMs,
    busyMs: 0,
    listsDone: [],
    isComplete: false,
    outcome: "no settings",
    streak: lease.streak,
  });

/** Soon enough to go on when Kafka or Postgres is back; the lease runs out by itself where Postgres is what is down. */
const BROKEN_TURN_REST_MS = 10_000;

/** An outage passes, and is nobody's fault; anything else is a fault at this tenant, which backs off and is told. */
async function endBrokenTurn(poller: Poller, lease: Lease, error: unknown): Promise<void> {
  const end: TurnEnd = { kind: "faulty", entity: "customer", reason: reasonOfFault(error) };
  const round: Round = {
    kind: "failed",
    listsDone: [],
    wasFirstLoad: false,
    isWhole: false,
    isBackfill: false,
    end,
  };
  const isOutage = outageOf(error) !== null;
  if (!isOutage) poller.telemetry.turnBroke(lease.tenantId, error);
  try {
    if (!isOutage) return await endTurn(poller, lease, { round, busyMs: 0 });
    const dueInMs = Math.min(BROKEN_TURN_REST_MS, poller.limits.intervalMs);
    await releaseLease(poller.pool, lease, {
      ...{ dueInMs, politeInMs: dueInMs },
      busyMs: lease.busyMs,
      listsDone: lease.listsDone,
      isComplete: false,
      outcome: "broken",
      streak: lease.streak,
    });
  } catch (unreleased) {
    if (outageOf(unreleased) === null) poller.telemetry.turnBroke(lease.tenantId, unreleased);
  }
}
