import type { Failure } from "./domain/failure.ts";
import { createLoop, createLoopContext } from "./loop.ts";
import type { Pool, Queryable } from "./postgres.ts";
import { RELEASE } from "./release.ts";
import type { Part } from "./service.ts";
import type { Telemetry } from "./telemetry.ts";

/** Several times within the minute after which a deployment takes a process for gone. */
const EVERY_MS = 10_000;

/**
 * Says in Postgres that this process runs, and of which release, for deployments that would take something away from it. A
 * process that stops in order takes its row along; of one that was killed the row grows old.
 */
export function createPresence(options: {
  readonly pool: Pool;
  readonly service: string;
  /** Name of this process. */
  readonly instance: string;
  readonly telemetry: Telemetry;
  readonly fail: (failure: Failure) => void;
}): Part {
  const { pool, service, instance } = options;
  const loop = createLoop(createLoopContext(options, ["presence"]), {
    name: "presence",
    everyMs: EVERY_MS,
    lost: "Deployments no longer hear of this process",
    beat: async () => {
      await noteInstance(pool, service, instance);
      await forgetOldInstances(pool, service);
      return false;
    },
  });
  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      await leave(pool, service, instance);
    },
  };
}

async function noteInstance(db: Queryable, service: string, instance: string): Promise<void> {
  await db.query(
    `insert into integration.instances (service, instance, release) values ($1, $2, $3)
     on conflict (service, instance) do update set release = excluded.release, seen_at = now()`,
    [service, instance, RELEASE],
  );
}

async function forgetOldInstances(db: Queryable, service: string): Promise<void> {
  await db.query(
    "delete from integration.instances where service = $1 and seen_at < now() - interval '1 day'",
    [service],
  );
}

async function leave(db: Queryable, service: string, instance: string): Promise<void> {
  await db.query("delete from integration.instances where service = $1 and instance = $2", [
    service,
    instance,
  ]);
}
