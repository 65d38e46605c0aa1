import type { AdapterFactory, AdapterPayload } from "oidc-provider";

type Kept = { readonly payload: AdapterPayload; readonly until: number };

/** Keeps what one provider remembers in memory: a sandbox that starts anew has forgotten all sign-ins. */
export function createMemoryAdapter(): AdapterFactory {
  const kept = new Map<string, Kept>();

  function keep(key: string, entry: Kept): void {
    // Last in the order of the map, so that what is first was not touched for longest.
    kept.delete(key);
    kept.set(key, entry);
  }
  function find(key: string): AdapterPayload | undefined {
    const found = kept.get(key);
    return found === undefined || found.until < Date.now() ? undefined : found.payload;
  }
  function forgetExpired(): void {
    for (const [key, { until }] of kept) {
      if (until >= Date.now()) return;
      kept.delete(key);
    }
  }

  return (model) => {
    const idKey = (id: string): string => `${model}:id:${id}`;
    const uidKey = (uid: string): string => `${model}:uid:${uid}`;
    return {
      upsert: async (id, payload, expiresInSeconds) => {
        forgetExpired();
        const entry = {
          payload,
          until: expiresInSeconds ? Date.now() + expiresInSeconds * 1_000 : Infinity,
        };
        keep(idKey(id), entry);
        if (payload.uid !== undefined) keep(uidKey(payload.uid), entry);
      },
      find: async (id) => find(idKey(id)),
      findByUid: async (uid) => find(uidKey(uid)),
      // Only devices that show a code are looked up by it, and there are none.
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = find(idKey(id));
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
      },
      destroy: async (id) => {
        const uid = kept.get(idKey(id))?.payload.uid;
        kept.delete(idKey(id));
        if (uid !== undefined) kept.delete(uidKey(uid));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
      },
    };
  };
}
