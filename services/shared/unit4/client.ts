import type { Clock } from "../clock.ts";
import type { Pool } from "../postgres.ts";
import type { Telemetry } from "../telemetry.ts";
import type { AdministrationCalls } from "./administrations.ts";
import type { ArticleCalls } from "./articles.ts";
import type { ConnectionCalls } from "./connecting.ts";
import type { CustomerCalls } from "./customers.ts";
import type { OrderCalls } from "./orders.ts";

export type Unit4Options = {
  /** With the version, such as https://api.multivers.nl/V22. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The TOKEN_KEYS setting. */
  readonly tokenKeys: string;
  readonly pool: Pool;
  readonly telemetry: Telemetry;
  readonly now: Clock;
  /** Number in [0, 1). */
  readonly random: () => number;
  readonly limits?: Partial<Unit4Limits>;
};

export type Unit4Limits = {
  /** One GET with all its tries, in milliseconds. */
  readonly getTimeoutMs: number;
  /** One POST, in milliseconds. */
  readonly postTimeoutMs: number;
  /** One call of the token endpoint, in milliseconds. */
  readonly tokenTimeoutMs: number;
  /** Largest answer in bytes. */
  readonly answerBytes: number;
  /** Connections to one origin at most. */
  readonly connections: number;
  /** Refreshes at one time at most: each holds a connection of the pool. */
  readonly refreshes: number;
};

/** The Multivers Web API for all tenants of one process. */
export type Unit4 = CustomerCalls &
  ArticleCalls &
  OrderCalls &
  AdministrationCalls &
  ConnectionCalls & {
    /** Ends GETs at once (as `unavailable`, STOPPED), lets a POST end, closes the connections. */
    close(): Promise<void>;
  };

export declare function createUnit4(options: Unit4Options): Unit4;
