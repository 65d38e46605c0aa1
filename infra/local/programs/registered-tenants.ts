import {
  type Activation,
  beginActivation,
  isAdministrationTaken,
} from "../../../services/console/switching/acts.ts";
import { Failure } from "../../../services/shared/domain/failure.ts";
import { inTransaction, type Pool } from "../../../services/shared/postgres.ts";

/**
 * Registers the tenant where it is new and activates it without a person's steps: for demo tenants and tests. The
 * connection is stored apart.
 * @returns the new epoch
 * @throws Failure ADMINISTRATION_TAKEN when another active tenant has this administration (rule A11)
 */
export async function activateTenant(
  pool: Pool,
  activation: Activation & { readonly name: string },
): Promise<number> {
  try {
    return await inTransaction(pool, async (tx) => {
      await tx.query(
        `insert into integration.tenants (tenant_id, name) values ($1, $2)
         on conflict (tenant_id) do update set name = excluded.name`,
        [activation.tenantId, activation.name],
      );
      return beginActivation(tx, activation);
    });
  } catch (error) {
    if (isAdministrationTaken(error))
      throw new Failure(
        "ADMINISTRATION_TAKEN",
        `Another tenant is connected to ${activation.administration}; deactivate that one first.`,
        error,
      );
    throw error;
  }
}
