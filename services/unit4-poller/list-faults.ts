import { describeError, Failure, isFailure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import { inTransaction } from "../shared/postgres.ts";
import type { Entity } from "./domain/entity.ts";
import type { Poller } from "./poller.ts";
import type { ScanEnd } from "./scan-state.ts";
import { closeScan } from "./scan-store.ts";
import { type Lease, lockOwnLease } from "./schedule.ts";
import { giveUpSnapshot } from "./snapshot-store.ts";

/**
 * What an error means for the list that was being polled: what is stored of it is given up where it cannot be read, so
 * that the next turn reads the list anew; any other fault of ours concerns this tenant's list alone (case O40).
 * @throws the error, where it tells of an outage or of a lost lease; Failure LEASE_LOST, or what pg throws
 */
export async function endOfFault(
  poller: Poller,
  lease: Lease,
  { entity, error }: { readonly entity: Entity; readonly error: unknown },
): Promise<ScanEnd> {
  if (isFailure(error, "LEASE_LOST") || outageOf(error) !== null) throw error;
  if (isFailure(error, "SNAPSHOT_UNREADABLE")) {
    await inTransaction(poller.pool, async (tx) => {
      await lockOwnLease(tx, lease);
      await giveUpSnapshot(tx, lease, entity);
      await closeScan(tx, lease, entity);
    });
    poller.telemetry.snapshotGivenUp(lease.tenantId, entity, describeError(error));
    return { kind: "unfinished" };
  }
  poller.telemetry.turnBroke(lease.tenantId, error);
  return { kind: "failed", end: { kind: "faulty", entity, reason: reasonOfFault(error) } };
}

/** Short, for the schedule; the log has the error itself. */
export const reasonOfFault = (error: unknown): string =>
  error instanceof Failure ? error.code : error instanceof Error ? error.name : "unknown";
