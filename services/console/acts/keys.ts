import { insertKey, revokeKey } from "../access/key-store.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../audit-store.ts";

/** Makes a key for the tenant's programs. @returns its value, shown this once */
export function makeKey({ tenantId, by, inTenant }: TenantVisit, name: string): Promise<string> {
  return inTenant(async (tx) => {
    const value = await insertKey(tx, { tenantId, name, by });
    await recordAct(tx, { tenantId, by, act: "KEY_MADE", details: { name } });
    return value;
  });
}

/** Ends a key at once. @returns whether it was there and in use */
export function endKey({ tenantId, by, inTenant }: TenantVisit, tokenId: number): Promise<boolean> {
  return inTenant(async (tx) => {
    const name = await revokeKey(tx, { tenantId, tokenId, by });
    if (name !== null) await recordAct(tx, { tenantId, by, act: "KEY_ENDED", details: { name } });
    return name !== null;
  });
}
