import type { Pool } from "../postgres.ts";
import type { Telemetry } from "../telemetry.ts";

/**
 * What a pool does, read at each look of Prometheus: how many connections it has and may have, and how much work waits for
 * one. More waiting than for a moment means that DATABASE_POOL_SIZE is too small, or that connections are held too long.
 * @param pools by the name that labels them
 */
export function watchPools(telemetry: Telemetry, pools: Readonly<Record<string, Pool>>): void {
  const names = Object.keys(pools);
  const each = (read: (pool: Pool) => number) =>
    Object.entries(pools).map(([pool, one]) => ({ labels: { pool }, value: read(one) }));
  telemetry.readGauge(
    "simon_postgres_pool_waiting_requests",
    "Work that waits for a connection to PostgreSQL, all of them being in use.",
    { pool: names },
    () => each(({ waitingCount }) => waitingCount),
  );
  telemetry.readGauge(
    "simon_postgres_pool_connections",
    "Connections to PostgreSQL, in use or idle.",
    { pool: names, state: ["used", "idle"] },
    () =>
      Object.entries(pools).flatMap(([pool, { totalCount, idleCount }]) => [
        { labels: { pool, state: "used" }, value: totalCount - idleCount },
        { labels: { pool, state: "idle" }, value: idleCount },
      ]),
  );
  telemetry.readGauge(
    "simon_postgres_pool_max_connections",
    "Connections to PostgreSQL that the pool may have, as DATABASE_POOL_SIZE says.",
    { pool: names },
    () => each(({ options }) => options.max),
  );
}
