import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { findOperation, type Operation } from "../../../services/shared/operations/operation-store.ts";
import type { Queryable } from "../../../services/shared/postgres.ts";
import type { ShownDifference } from "./replay-texts.ts";

const LOOK_EVERY_MS = 250;

/** An operation by its number. @throws Failure OPERATION_UNKNOWN */
export async function requireOperation(db: Queryable, operationId: number): Promise<Operation> {
  const found = await findOperation(db, operationId);
  if (found !== null) return found;
  throw new Failure(
    "OPERATION_UNKNOWN",
    `There is no operation ${operationId}; npm run ops -- operations list shows them.`,
  );
}

/** Looks at an operation again and again until `isEnough` says so. @param onLook sees each look */
export async function watchOperation(
  db: Queryable,
  operationId: number,
  isEnough: (operation: Operation) => boolean,
  onLook: (operation: Operation) => void = () => {},
): Promise<Operation> {
  for (;;) {
    const operation = await requireOperation(db, operationId);
    onLook(operation);
    if (isEnough(operation)) return operation;
    await sleep(LOOK_EVERY_MS);
  }
}

/** What the preview of an operation found to differ. */
export async function differencesOf(db: Queryable, operationId: number): Promise<readonly ShownDifference[]> {
  const { rows } = await db.query<ShownDifference>(
    `select tenant_id as "tenantId", entity_id as "entityId", field, before, after
     from simon.preview_samples where operation_id = $1 order by field, tenant_id, entity_id`,
    [operationId],
  );
  return rows;
}
