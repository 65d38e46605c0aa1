import { insertKey, type KeyScope, revokeKey, takeOverKey } from "../access/key-store.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";

/**
 * Makes a key for the tenant's programs, with the rights of who makes it.
 * @param key.days how long it lasts
 * @returns its value, shown this once
 */
export function makeKey(
  { tenantId, actor, by, session, inTenant }: TenantVisit,
  key: { readonly name: string; readonly scopes: readonly KeyScope[]; readonly days: number },
): Promise<string> {
  return inTenant(async (tx) => {
    const value = await insertKey(tx, { tenantId, by, heldBy: session?.userId ?? null, ...key });
    await recordAct(tx, { tenantId, actor, act: "KEY_MADE", details: key });
    return value;
  });
}

/** Ends a key at once. @returns whether it was there and in use */
export function endKey({ tenantId, actor, by, inTenant }: TenantVisit, tokenId: number): Promise<boolean> {
  return inTenant(async (tx) => {
    const name = await revokeKey(tx, { tenantId, tokenId, by });
    if (name !== null)
      await recordAct(tx, { tenantId, actor, act: "KEY_ENDED", details: { name, key: tokenId } });
    return name !== null;
  });
}

/** Answers for a key whose holder may not be here any more, so that it works again. @returns whether it stood still */
export function adoptKey(
  { tenantId, actor, by, inTenant }: TenantVisit,
  key: { readonly tokenId: number; readonly heldBy: number },
): Promise<boolean> {
  return inTenant(async (tx) => {
    const name = await takeOverKey(tx, { tenantId, holder: by, ...key });
    const details = { name, key: key.tokenId };
    if (name !== null) await recordAct(tx, { tenantId, actor, act: "KEY_TAKEN_OVER", details });
    return name !== null;
  });
}
