import { Cron } from "croner";
import { derivedId } from "../../shared/domain/derived-id.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { SERVICE } from "./service-name.ts";

const TIME_ZONE = "Europe/Amsterdam";
const HOUR_MS = 60 * 60 * 1000;
/** Cleanings of all tenants begin within this time after the pattern's moment. */
export const SPREAD_MS = 4 * HOUR_MS;

/**
 * When a tenant's next cleaning begins, strictly after `nowMs`; milliseconds since 1970 UTC. The moments are the
 * pattern's in Dutch time, each tenant's later by its own fixed share of four hours (M4).
 * @param pattern cron pattern, such as `0 1 * * 1,3,5`
 */
export function nextCleaningAt(nowMs: number, tenantId: string, pattern: string): number {
  const shareMs = Number.parseInt(derivedId(tenantId).slice(0, 8), 16) % SPREAD_MS;
  const moments = new Cron(pattern, { timezone: TIME_ZONE, paused: true });
  const moment = moments.nextRun(new Date(nowMs - shareMs));
  // A pattern without a next moment, such as 30 February, is refused when the settings are read.
  return (moment?.getTime() ?? nowMs + 24 * HOUR_MS) + shareMs;
}

/** So many nights in a row a cleaning may be missed, as where every night brings maintenance. */
const NIGHTS_MISSED = 3;

/**
 * When a tenant's cleaning is due whose turn was missed in so many nights, or that has none yet; milliseconds since 1970 UTC. It waits for
 * the next night: nobody's data should be cleaned at noon because the integration was switched on again. But one that is missed every
 * night has to come at all, and is due at once.
 */
export const plannedCleaningAt = (
  { nowMs, tenantId, missed }: { readonly nowMs: number; readonly tenantId: string; readonly missed: number },
  pattern: string,
): number => (missed >= NIGHTS_MISSED ? nowMs : nextCleaningAt(nowMs, tenantId, pattern));

export type CleanedEntity = "customer" | "article";

/** A row that does not belong in Simon any more: inactive or gone in Unit4, or added by hand in Simon (M3, M4). */
export type Candidate = {
  readonly entityId: string;
  readonly name: string;
  readonly epoch: number;
  readonly revision: number;
  /** When the row last changed, milliseconds since 1970 UTC; tells rows added by hand apart. */
  readonly updatedAtMs: number;
  /** Whether an earlier cleaning kept it and said so. */
  readonly isKept: boolean;
  /** Numbers of the open workorders that use it; empty when none does. */
  readonly workorders: readonly string[];
  /** What would be lost with it although its organisation lives on under other numbers; null where nothing would (O43). */
  readonly livesOn: LivesOn | null;
};

/** Work addresses made by hand, and the active customers of the same organisation. */
type LivesOn = {
  readonly addresses: readonly string[];
  readonly successors: readonly { readonly id: string; readonly name: string }[];
};

export type CleaningPlan = {
  readonly remove: readonly string[];
  /** Kept for the first time: an open workorder uses them (M6), or addresses would be lost with them (O43). */
  readonly keep: readonly string[];
  readonly keptCount: number;
  readonly messages: readonly NewMessage[];
};

/** What the cleaning does with these candidates. */
export function cleaningPlan(options: {
  readonly tenantId: string;
  readonly entity: CleanedEntity;
  readonly candidates: readonly Candidate[];
  readonly nowMs: number;
}): CleaningPlan {
  const { candidates } = options;
  const isHeld = (row: Candidate): boolean => row.workorders.length > 0 || row.livesOn !== null;
  const held = candidates.filter(isHeld);
  const unused = candidates.filter((row) => !isHeld(row));
  const newlyKept = held.filter(({ isKept }) => !isKept);
  return {
    remove: unused.map(({ entityId }) => entityId),
    keep: newlyKept.map(({ entityId }) => entityId),
    keptCount: held.length,
    messages: [
      ...newlyKept.filter(({ workorders }) => workorders.length > 0).map((row) => keptMessage(options, row)),
      // Each time: it may live on since the last one, and the same is the same message.
      ...held.flatMap((row) => (row.livesOn === null ? [] : [leftMessage(options, row, row.livesOn)])),
      ...unused.filter(({ isKept }) => isKept).map((row) => removedMessage(options, row)),
    ],
  };
}

type Codes = {
  readonly kept: MessageCode;
  readonly removed: MessageCode;
  readonly closes: readonly MessageCode[];
};

const CODES: Readonly<Record<CleanedEntity, Codes>> = {
  customer: {
    kept: "CUSTOMER_KEPT_IN_USE",
    removed: "CUSTOMER_REMOVED_AFTER_USE",
    closes: ["CUSTOMER_KEPT_IN_USE", "CUSTOMER_ADDRESSES_LEFT"],
  },
  article: {
    kept: "ARTICLE_KEPT_IN_USE",
    removed: "ARTICLE_REMOVED_AFTER_USE",
    closes: ["ARTICLE_KEPT_IN_USE"],
  },
};
/** More numbers than these say no more. */
const NUMBERS_NAMED = 5;

type About = { readonly tenantId: string; readonly entity: CleanedEntity; readonly nowMs: number };

const keptMessage = (about: About, row: Candidate): NewMessage => ({
  ...messageAbout(about, row),
  code: CODES[about.entity].kept,
  params: { ...paramsOf(row), workorders: someOf(row.workorders) },
});

const leftMessage = (about: About, row: Candidate, { addresses, successors }: LivesOn): NewMessage => ({
  ...messageAbout(about, row),
  code: "CUSTOMER_ADDRESSES_LEFT",
  params: {
    ...paramsOf(row),
    successors: someOf(successors.map(({ id, name }) => `${id} ${name}`.trim())),
    addresses: someOf(addresses),
  },
});

const someOf = (names: readonly string[]): string =>
  names.slice(0, NUMBERS_NAMED).join(", ") + (names.length > NUMBERS_NAMED ? ", …" : "");

const removedMessage = (about: About, row: Candidate): NewMessage => ({
  ...messageAbout(about, row),
  code: CODES[about.entity].removed,
  params: paramsOf(row),
  closes: CODES[about.entity].closes,
});

const paramsOf = (row: Candidate): Readonly<Record<string, string>> => ({ id: row.entityId, name: row.name });

/** One occurrence for each version of a row: later cleanings of the same version say nothing new. */
const messageAbout = ({ tenantId, nowMs }: About, row: Candidate) => ({
  tenantId,
  recordId: row.entityId,
  recordName: row.name,
  at: nowMs,
  service: SERVICE,
  occurrence: `${row.epoch}/${row.revision}/${row.updatedAtMs}`,
});

/** Counts of one cleaning of a tenant. */
export type CleaningCounts = { readonly customers: number; readonly articles: number; readonly kept: number };

/** The message that a cleaning is done; one for each moment at which it was due. */
export const cleaningDoneMessage = (
  tenantId: string,
  { customers, articles, kept }: CleaningCounts,
  { dueAtMs, nowMs }: { readonly dueAtMs: number; readonly nowMs: number },
): NewMessage => ({
  tenantId,
  code: "CLEANING_DONE",
  params: { customers: String(customers), articles: String(articles), kept: String(kept) },
  at: nowMs,
  service: SERVICE,
  occurrence: dueAtMs,
});
