import type { Queryable } from "./postgres.ts";

/** Goes over all tenants, a few at a time and from the start again, and sees each that has changed at once. */
export type TenantRounds = {
  /** Ids of tenants that changed lately, and of the next few of the round. */
  next(db: Queryable): Promise<readonly string[]>;
};

/** What a transaction of the console takes at most; what is older is met by the round. */
const LATELY = "interval '1 minute'";

/**
 * Rounds that cost the same however many tenants there are: changes come from an index, and the round, which finds whatever an index
 * of times can miss, takes as long as there are tenants (decision 0068).
 * @param options.most tenants of the round in one look
 * @param options.everyMs how long there may be between two looks
 * @param options.connections whether a tenant that was connected counts as changed; needs to read integration.connections
 */
export function createTenantRounds({
  most,
  everyMs,
  connections,
}: {
  readonly most: number;
  readonly everyMs: number;
  readonly connections: boolean;
}): TenantRounds {
  let after = "";
  return {
    next: async (db) => {
      const [changed, inTurn] = await Promise.all([
        changedTenants(db, everyMs, connections),
        tenantsAfter(db, after, most),
      ]);
      after = inTurn.length < most ? "" : (inTurn.at(-1) ?? "");
      return [...new Set([...changed, ...inTurn])];
    },
  };
}

async function changedTenants(
  db: Queryable,
  everyMs: number,
  connections: boolean,
): Promise<readonly string[]> {
  const since = `now() - ${LATELY} - $1 * interval '1 millisecond'`;
  const connected = `union all select tenant_id from integration.connections where connected_at > ${since}`;
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId" from integration.tenants where changed_at > ${since} ${connections ? connected : ""}`,
    [everyMs],
  );
  return rows.map(({ tenantId }) => tenantId);
}

async function tenantsAfter(db: Queryable, after: string, most: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId" from integration.tenants where tenant_id > $1 order by tenant_id limit $2`,
    [after, most],
  );
  return rows.map(({ tenantId }) => tenantId);
}
