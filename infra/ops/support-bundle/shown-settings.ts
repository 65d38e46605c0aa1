import type { Environment } from "../../../services/shared/config.ts";

/** Settings that are numbers, and nothing else. */
const NUMBERS = [
  "CONSOLE_AUDIT_DAYS",
  "CONSOLE_FRESH_SIGN_IN_MINUTES",
  "CONSOLE_HEADERS_SECONDS",
  "CONSOLE_PROXIES",
  "CONSOLE_REQUEST_SECONDS",
  "CONSOLE_SESSION_HOURS",
  "CONSOLE_SESSION_IDLE_MINUTES",
  "DATABASE_POOL_SIZE",
  "KAFKA_MIN_INSYNC_REPLICAS",
  "KAFKA_PRODUCERS_NOTICE_MS",
  "KAFKA_REPLICATION_FACTOR",
  "KAFKA_SESSION_TIMEOUT_MS",
  "LOG_SINK_RETENTION_DAYS",
  "LOG_SINK_RETENTION_INTERVAL_MINUTES",
  "ORDER_WRITER_CONTENT_DAYS",
  "ORDER_WRITER_LANES",
  "ORDER_WRITER_LEASE_MARGIN_MS",
  "ORDER_WRITER_LOOKUP_PAUSE_MS",
  "ORDER_WRITER_QUARANTINE_MS",
  "ORDER_WRITER_RECONCILE_HOURS",
  "ORDER_WRITER_RECONCILE_TURNS",
  "ORDER_WRITER_SENDING_MS",
  "SIMON_PROJECTOR_BATCH_RECORDS",
  "SIMON_PROJECTOR_CLEANING_LOOK_MS",
  "SIMON_PROJECTOR_OPERATIONS_LEASE_MS",
  "SIMON_PROJECTOR_OPERATIONS_LOOK_MS",
  "SIMON_PROJECTOR_REPLAY_COMMIT_MS",
  "SIMON_PROJECTOR_REPLAY_FRESHNESS_MS",
  "SIMON_PROJECTOR_REPLAY_PREVIEW_RECORDS",
  "SIMON_PROJECTOR_REPLAY_RECORDS_PER_SECOND",
  "SIMON_PROJECTOR_REPLAY_SECOND_PERSON_RECORDS",
  "UNIT4_POLLER_ADDRESS_BUDGET",
  "UNIT4_POLLER_BUSY_PART",
  "UNIT4_POLLER_CONCURRENCY",
  "UNIT4_POLLER_DELETION_BUDGET",
  "UNIT4_POLLER_INTERVAL_MS",
  "UNIT4_POLLER_LEASE_MS",
  "UNIT4_POLLER_PAGE_ROWS",
  "UNIT4_POLLER_PROBES",
  "UNIT4_POLLER_SILENT_CALLS",
  "UNIT4_POLLER_TURN_MS",
  "UNIT4_POLLER_TURN_PAGES",
] as const;

/** Settings that are one of a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  ALLOW_PLAIN_HTTP: ["true", "false"],
  KAFKA_SASL_MECHANISM: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"],
  KAFKA_SECURITY_PROTOCOL: ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
  LOG_LEVEL: ["debug", "info", "warn", "error"],
};

/** Names of the settings whose values are shown. */
export const SHOWN_SETTINGS: readonly string[] = [...NUMBERS, ...Object.keys(WORDS)];

/** Longer than any number that a setting takes, and shorter than a secret that is made of digits. */
const NUMBER = /^\d{1,12}(\.\d{1,6})?$/;
const NOT_SHOWN = "set, and not shown: it is not what it should be";

/**
 * The settings whose value can only be a number or one of a few words, as they are set: whatever else stands in the environment is
 * not looked at, and a secret that slipped into one of these is not shown.
 */
export function shownSettings(environment: Environment): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const name of SHOWN_SETTINGS) {
    const value = environment[name];
    if (value === undefined || value === "") continue;
    const isPlain = WORDS[name]?.includes(value) ?? NUMBER.test(value);
    shown[name] = isPlain ? value : NOT_SHOWN;
  }
  return shown;
}
