import { z } from "zod";
import { systemClock } from "../shared/clock.ts";
import { commonSettings, type Environment, readConfig, unit4Settings } from "../shared/config.ts";
import { DEFAULT_POLICY } from "./domain/order-state.ts";

const milliseconds = (least: number, byDefault: number) =>
  z.coerce.number().int().min(least).default(byDefault);

const fields = z.object({
  ...commonSettings,
  ...unit4Settings,
  /** Connections: one for each lane that is served, some for the intake and the outbox. */
  DATABASE_POOL_SIZE: commonSettings.DATABASE_POOL_SIZE.default(20),
  /** Tenants served at once. */
  ORDER_WRITER_LANES: z.coerce.number().int().min(1).max(500).default(32),
  /** After an unknown outcome nothing is done for so long: longer than Unit4 may still be storing the order. */
  ORDER_WRITER_QUARANTINE_MS: milliseconds(0, DEFAULT_POLICY.quarantineMs),
  /** Pause between two look-ups that did not find an order. */
  ORDER_WRITER_LOOKUP_PAUSE_MS: milliseconds(0, DEFAULT_POLICY.lookupPauseMs),
  /**
   * Longest time that sending one order may take: shorter than the 25 s in which a service stops. What takes longer has an
   * unknown outcome, and is looked up.
   */
  ORDER_WRITER_SENDING_MS: milliseconds(1_000, 20_000),
  /**
   * A lease outlasts a sending by this much, so that its end is stored before another process may act. After a crash the
   * order is settled within lease, quarantine and look-up pause: 80 s with these numbers.
   */
  ORDER_WRITER_LEASE_MARGIN_MS: milliseconds(1_000, 15_000),
  /** Tenants whose written orders are compared with Unit4 at once; 0 switches that off. */
  ORDER_WRITER_RECONCILE_TURNS: z.coerce.number().int().min(0).max(100).default(4),
  /** How long after it was written an order is looked at again. */
  ORDER_WRITER_RECONCILE_HOURS: z.coerce.number().int().min(1).max(720).default(24),
  /**
   * Days after which the content of a settled order is erased; numbers and a hash stay. An office asks about an order until its
   * book year is closed, and a refused one is sent again for 90 days.
   */
  ORDER_WRITER_CONTENT_DAYS: z.coerce.number().int().min(91).max(3_650).default(730),
});

export type Config = z.infer<typeof fields>;

/**
 * Settings with which an order may be sent twice: Unit4 may store an order for as long as its sending may take, and nothing may
 * be sent again in that time. Stand-ins on this machine answer at once, and tests are quick with them.
 */
export const settings = fields.refine(
  ({ UNIT4_BASE_URL: url, ORDER_WRITER_QUARANTINE_MS, ORDER_WRITER_SENDING_MS }) =>
    ORDER_WRITER_QUARANTINE_MS >= ORDER_WRITER_SENDING_MS || isOnThisMachine(url),
  {
    path: ["ORDER_WRITER_QUARANTINE_MS"],
    error: "must be at least ORDER_WRITER_SENDING_MS: an order could be sent twice",
  },
);

const isOnThisMachine = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

/** What the Unit4 client takes from the settings. */
export const unit4OptionsOf = (config: Config) => ({
  baseUrl: config.UNIT4_BASE_URL,
  clientId: config.UNIT4_CLIENT_ID,
  clientSecret: config.UNIT4_CLIENT_SECRET,
  tokenKeys: config.TOKEN_KEYS,
  now: systemClock,
  random: Math.random,
  limits: { postTimeoutMs: config.ORDER_WRITER_SENDING_MS },
});

/** What the writer takes from the settings. */
export const writerOptionsOf = (config: Config) => ({
  lanes: config.ORDER_WRITER_LANES,
  sendingMs: config.ORDER_WRITER_SENDING_MS,
  leaseMarginMs: config.ORDER_WRITER_LEASE_MARGIN_MS,
  policy: {
    ...DEFAULT_POLICY,
    quarantineMs: config.ORDER_WRITER_QUARANTINE_MS,
    lookupPauseMs: config.ORDER_WRITER_LOOKUP_PAUSE_MS,
  },
  now: systemClock,
  random: Math.random,
});

/** What the reconciler takes from the settings. */
export const reconcilerOptionsOf = (config: Config) => ({
  turns: config.ORDER_WRITER_RECONCILE_TURNS,
  horizonMs: config.ORDER_WRITER_RECONCILE_HOURS * 3_600_000,
  now: systemClock,
  random: Math.random,
});

/** Settings from the environment, this process's by default. @throws Failure CONFIG_INVALID */
export const readSettings = (environment?: Environment): Config => readConfig(settings, environment);
