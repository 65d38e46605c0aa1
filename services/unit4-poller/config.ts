import { z } from "zod";
import { commonSettings, readConfig, unit4Settings } from "../shared/config.ts";
import type { PollerLimits } from "./poller.ts";

const wholeNumber = (smallest: number, largest: number) => z.coerce.number().int().min(smallest).max(largest);

const schema = z.object({
  ...commonSettings,
  ...unit4Settings,
  /** How often a tenant is polled on average (rule M1). */
  UNIT4_POLLER_INTERVAL_MS: wholeNumber(100, 86_400_000).default(300_000),
  /** Part of the wall time that is spent at most inside one tenant's ERP: a slow or huge one is polled less often. */
  UNIT4_POLLER_BUSY_PART: z.coerce.number().min(0.001).max(1).default(0.05),
  /** Tenants polled at the same time by this process. */
  UNIT4_POLLER_CONCURRENCY: wholeNumber(1, 1_000).default(16),
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
});

type PollerConfig = z.infer<typeof schema>;

export const readPollerConfig = (): PollerConfig => readConfig(schema);

/** The settings as the turns see them. */
export const limitsOf = (config: PollerConfig): PollerLimits => ({
  intervalMs: config.UNIT4_POLLER_INTERVAL_MS,
  busyPart: config.UNIT4_POLLER_BUSY_PART,
  concurrency: config.UNIT4_POLLER_CONCURRENCY,
  pageRows: config.UNIT4_POLLER_PAGE_ROWS,
  addressBudget: config.UNIT4_POLLER_ADDRESS_BUDGET,
  deletionBudget: config.UNIT4_POLLER_DELETION_BUDGET,
  leaseMs: config.UNIT4_POLLER_LEASE_MS,
  turnPages: config.UNIT4_POLLER_TURN_PAGES,
  turnMs: config.UNIT4_POLLER_TURN_MS,
});
