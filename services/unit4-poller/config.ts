import { z } from "zod";
import { commonSettings, type Environment, readConfig, unit4Settings } from "../shared/config.ts";
import type { PollerLimits } from "./poller.ts";

const wholeNumber = (smallest: number, largest: number) => z.coerce.number().int().min(smallest).max(largest);

const settings = z.object({
  ...commonSettings,
  ...unit4Settings,
  /** How often a tenant is polled on average (rule M1). */
  UNIT4_POLLER_INTERVAL_MS: wholeNumber(100, 86_400_000).default(300_000),
  /** Part of the wall time that is spent at most inside one tenant's ERP: a slow or huge one is polled less often. */
  UNIT4_POLLER_BUSY_PART: z.coerce.number().min(0.001).max(1).default(0.05),
  /** Tenants polled at the same time by this process. */
  UNIT4_POLLER_CONCURRENCY: wholeNumber(1, 1_000).default(16),
  /** Calls that Unit4 leaves waiting beside those, which hold up no other tenant; beyond that they count as polled. */
  UNIT4_POLLER_SILENT_CALLS: wholeNumber(0, 10_000).default(128),
  /** Tenants polled at the same time beside those whose last turn failed: they wait for each other only. */
  UNIT4_POLLER_PROBES: wholeNumber(1, 1_000).default(32),
  /** Extra turns at the same time for lists that operations want read again, while nobody else is due. */
  UNIT4_POLLER_BACKFILL: wholeNumber(1, 1_000).default(4),
  /** Rows asked for at once. */
  UNIT4_POLLER_PAGE_ROWS: wholeNumber(1, 10_000).default(1_000),
  /** Look-ups of invoice addresses in one turn of a tenant. */
  UNIT4_POLLER_ADDRESS_BUDGET: wholeNumber(0, 10_000).default(50),
  /** Look-ups of rows that lists lack in one turn of a tenant. */
  UNIT4_POLLER_DELETION_BUDGET: wholeNumber(1, 10_000).default(200),
  /** How long a turn outlives a process that died. */
  UNIT4_POLLER_LEASE_MS: wholeNumber(1_000, 3_600_000).default(60_000),
  /** Pages, and milliseconds, after which a turn makes room for tenants that wait. */
  UNIT4_POLLER_TURN_PAGES: wholeNumber(1, 10_000).default(5),
  UNIT4_POLLER_TURN_MS: wholeNumber(100, 3_600_000).default(10_000),
  /** How often a process looks for operations. */
  UNIT4_POLLER_OPERATIONS_LOOK_MS: wholeNumber(100, 3_600_000).default(1_000),
  /** After so long without a sign of whoever works at an operation, another process goes on. */
  UNIT4_POLLER_OPERATIONS_LEASE_MS: wholeNumber(1_000, 3_600_000).default(15_000),
  /** Tenants of a resync above which a second person has to confirm it. */
  UNIT4_POLLER_RESYNC_SECOND_PERSON_TENANTS: wholeNumber(1, 1_000).default(50),
});

export type Config = z.infer<typeof settings>;

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);

/** Where Unit4 is, and who calls it. */
export const unit4Of = (config: Config) => ({
  baseUrl: config.UNIT4_BASE_URL,
  clientId: config.UNIT4_CLIENT_ID,
  clientSecret: config.UNIT4_CLIENT_SECRET,
  tokenKeys: config.TOKEN_KEYS,
  limits: { connections: connectionsOf(config) },
});

/** Connections that turns of all kinds may need at once. */
const connectionsOf = (config: Config): number =>
  config.UNIT4_POLLER_CONCURRENCY +
  config.UNIT4_POLLER_SILENT_CALLS +
  config.UNIT4_POLLER_PROBES +
  config.UNIT4_POLLER_BACKFILL;

/** The settings as the turns see them. */
export const limitsOf = (config: Config): PollerLimits => ({
  intervalMs: config.UNIT4_POLLER_INTERVAL_MS,
  busyPart: config.UNIT4_POLLER_BUSY_PART,
  concurrency: config.UNIT4_POLLER_CONCURRENCY,
  silentCalls: config.UNIT4_POLLER_SILENT_CALLS,
  probes: config.UNIT4_POLLER_PROBES,
  backfill: config.UNIT4_POLLER_BACKFILL,
  pageRows: config.UNIT4_POLLER_PAGE_ROWS,
  addressBudget: config.UNIT4_POLLER_ADDRESS_BUDGET,
  deletionBudget: config.UNIT4_POLLER_DELETION_BUDGET,
  leaseMs: config.UNIT4_POLLER_LEASE_MS,
  turnPages: config.UNIT4_POLLER_TURN_PAGES,
  turnMs: config.UNIT4_POLLER_TURN_MS,
});
