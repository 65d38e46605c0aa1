import type { Queryable } from "../../shared/postgres.ts";

/** How the platform stands, in tenants. */
export type PlatformFigures = {
  readonly tenants: number;
  readonly active: number;
  /** With an open error. */
  readonly withErrors: number;
  /** Active, and Unit4 no longer lets us in. */
  readonly disconnected: number;
};

/** For operators: it sees every tenant. */
export async function platformFigures(db: Queryable): Promise<PlatformFigures> {
  const { rows } = await db.query<PlatformFigures>(
    `select count(*) as tenants, count(*) filter (where t.status = 'active') as active,
       count(*) filter (where t.status = 'active' and c.state is distinct from 'connected') as disconnected,
       (select count(distinct tenant_id) from log.messages where closed_at is null and kind = 'error') as "withErrors"
     from integration.tenants t left join integration.connections c using (tenant_id)
     where t.removed_at is null`,
  );
  return rows[0] ?? { tenants: 0, active: 0, withErrors: 0, disconnected: 0 };
}
