/** Key of a record: the tenant before the first slash, the record's own id after it, character for character. */
export type RecordKey = { readonly tenantId: string; readonly entityId: string };

/** `tenantId/entityId`. Tenant ids have no slash; entity ids may. */
export const recordKey = (tenantId: string, entityId: string): string => `${tenantId}/${entityId}`;

/** The two parts of a key, or null where there is no tenant or no entity in it. */
export function parseRecordKey(key: string): RecordKey | null {
  const slash = key.indexOf("/");
  if (slash <= 0 || slash === key.length - 1) return null;
  return { tenantId: key.slice(0, slash), entityId: key.slice(slash + 1) };
}

/** The part of a key that decides its partition: the tenant, or the whole key where it names none. */
export function partitionKey(key: string): string {
  const slash = key.indexOf("/");
  return slash <= 0 ? key : key.slice(0, slash);
}
