import { inTransaction, type Pool } from "../../shared/postgres.ts";
import { deleteEndedAtProvider, type EndedAtProvider } from "../access/session-store.ts";
import { recordAct } from "../parts/audit-store.ts";

const PROVIDER = { kind: "service", id: null, name: "identity provider" } as const;

/** Ends the sessions here that the provider has ended there. */
export function endAsTheProviderDid(pool: Pool, ended: EndedAtProvider): Promise<void> {
  return inTransaction(pool, async (tx) => {
    for (const { userId, name, tenantId } of await deleteEndedAtProvider(tx, ended))
      await recordAct(tx, {
        ...{ tenantId, actor: PROVIDER, act: "SIGNED_OUT_BY_PROVIDER" },
        details: { user: name, userId },
      });
  });
}
