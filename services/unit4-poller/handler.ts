import { isFailure } from "../shared/domain/failure.ts";
import { currentSettings } from "../shared/tenants.ts";
import { ENTITIES, type Entity } from "./domain/entity.ts";
import { nextTurnInMs, type Pace } from "./domain/poll-interval.ts";
import { afterTurn, type Trouble, type TurnEnd } from "./domain/tenant-trouble.ts";
import { checkAddresses } from "./invoice-addresses.ts";
import { type Poller, SERVICE } from "./poller.ts";
import { scanList } from "./scan.ts";
import type { ScanEnd } from "./scan-state.ts";
import { handBackLease, type Lease, releaseLease } from "./schedule.ts";
import { type ListState, readListStates } from "./snapshot-store.ts";
import { beginTurn, type Turn, type TurnSignals } from "./turn.ts";
import { articleFilter, articleList } from "./unit4-articles.ts";
import { customerList } from "./unit4-customers.ts";

/**
 * One turn at one tenant: reads its lists, publishes what changed, looks after invoice addresses, says when the tenant is
 * due again. Never throws: an error of ours ends the turn, and another one follows.
 */
export async function takeTurn(poller: Poller, lease: Lease, signals: TurnSignals): Promise<void> {
  try {
    const settings = (await currentSettings(poller.pool, lease.tenantId))?.settings ?? null;
    if (settings === null) return await endWithoutSettings(poller, lease);
    const turn = beginTurn(poller, lease, { settings, signals });
    const round = await goRound(poller, turn);
    // Where the tenant was deactivated the lease is still ours: a new activation must not wait for its end.
    if (round.kind === "stopped" || signals.lost.aborted) await handBackLease(poller.pool, lease);
    else await endTurn(poller, turn, round);
  } catch (error) {
    if (isFailure(error, "LEASE_LOST")) return poller.telemetry.leaseLost(lease.tenantId);
    poller.telemetry.turnBroke(lease.tenantId, error);
    await endBrokenTurn(poller, lease);
  }
}

/** How far a turn came. */
type Round = {
  readonly kind: "finished" | "unfinished" | "stopped" | "failed";
  readonly listsDone: readonly Entity[];
  readonly wasFirstLoad: boolean;
  readonly end: TurnEnd;
};

const FINE: TurnEnd = { kind: "fine" };

async function goRound(poller: Poller, turn: Turn): Promise<Round> {
  const states = await readListStates(poller.pool, turn.lease);
  const listsDone = [...turn.lease.listsDone];
  let wasFirstLoad = false;
  let isStateOld = false;
  for (const entity of ENTITIES.filter((one) => !listsDone.includes(one))) {
    const scanned = await pollList(poller, turn, { entity, state: states[entity] });
    if (scanned.kind === "failed") return { kind: "failed", listsDone, wasFirstLoad, end: scanned.end };
    if (scanned.kind !== "complete") return { kind: scanned.kind, listsDone, wasFirstLoad, end: FINE };
    wasFirstLoad ||= scanned.result === "loaded";
    isStateOld ||= scanned.isSaved;
    listsDone.push(entity);
  }
  const { head } = (isStateOld ? await readListStates(poller.pool, turn.lease) : states).customer;
  const trouble = await checkAddresses(poller, turn, {
    list: customerList(poller, turn.lease, turn.settings),
    head,
  });
  // The lists were read: a failing look-up of an address is no outage, unless Unit4 shuts the door.
  const end = trouble === null || trouble.kind === "unavailable" ? FINE : trouble;
  return { kind: end.kind === "fine" ? "finished" : "failed", listsDone: [], wasFirstLoad, end };
}

async function pollList(
  poller: Poller,
  turn: Turn,
  known: { readonly entity: Entity; readonly state: ListState },
): Promise<ScanEnd> {
  const { entity } = known;
  const startedAt = poller.now();
  const scanned = await scanEntity(poller, turn, known);
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

async function endTurn(poller: Poller, turn: Turn, round: Round): Promise<void> {
  const { lease } = turn;
  const now = poller.now();
  const { trouble, messages } = afterTurn({
    before: lease.trouble,
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
  const busyMs = lease.busyMs + turn.busyMs();
  await releaseLease(poller.pool, lease, {
    dueInMs: nextTurnInMs({
      pace: paceOf(round, trouble, round.wasFirstLoad ? 0 : busyMs),
      tenantId: lease.tenantId,
      intervalMs: poller.limits.intervalMs,
      busyPart: poller.limits.busyPart,
      now,
      random: poller.random(),
    }),
    busyMs: round.kind === "finished" ? 0 : busyMs,
    listsDone: round.listsDone,
    isComplete: round.kind === "finished",
    outcome: round.kind === "failed" ? reasonOf(round.end) : round.kind,
    trouble,
  });
}

function paceOf(round: Round, trouble: Trouble, busyMs: number): Pace {
  switch (round.end.kind) {
    case "fine":
      return round.kind === "unfinished" ? { kind: "unfinished" } : { kind: "done", busyMs };
    case "unavailable":
      return { kind: "failed", failures: trouble.failures };
    case "asked-to-wait":
      return { kind: "parked", until: round.end.until };
    case "revoked":
    case "client-refused":
    case "forbidden":
      return { kind: "refused" };
  }
}

const reasonOf = (end: TurnEnd): string => (end.kind === "unavailable" ? end.reason : end.kind);

/** An active tenant without settings has not been activated to its end: nothing says what may come over. */
const endWithoutSettings = (poller: Poller, lease: Lease): Promise<void> =>
  releaseLease(poller.pool, lease, {
    dueInMs: poller.limits.intervalMs,
    busyMs: 0,
    listsDone: [],
    isComplete: false,
    outcome: "no settings",
    trouble: lease.trouble,
  });

/** Soon enough to go on when Kafka or Postgres is back; the lease runs out by itself where Postgres is what is down. */
const BROKEN_TURN_REST_MS = 10_000;

async function endBrokenTurn(poller: Poller, lease: Lease): Promise<void> {
  try {
    await releaseLease(poller.pool, lease, {
      dueInMs: Math.min(BROKEN_TURN_REST_MS, poller.limits.intervalMs),
      busyMs: lease.busyMs,
      listsDone: lease.listsDone,
      isComplete: false,
      outcome: "broken",
      trouble: lease.trouble,
    });
  } catch (error) {
    poller.telemetry.turnBroke(lease.tenantId, error);
  }
}
