import type { Queryable } from "../../shared/postgres.ts";

/** Deletions that wait for a person (rule M12). */
export type OpenBrake = {
  readonly entity: "customer" | "article";
  readonly revision: number;
  readonly missing: number;
  readonly known: number;
  readonly haltedAt: Date;
  /** The first missing rows, at most 1,000; the name is empty where Simon does not have the row. */
  readonly rows: readonly { readonly id: string; readonly name: string }[];
};

/** Open questions of a tenant's present activation. */
export async function openBrakes(db: Queryable, tenantId: string): Promise<readonly OpenBrake[]> {
  const { rows } = await db.query<OpenBrake>(
    `select b.entity, b.revision, b.missing, b.known, b.halted_at as "haltedAt",
       (select coalesce(json_agg(json_build_object('id', id, 'name', coalesce(c.name, a.description, '')) order by place), '[]')
        from unnest(b.missing_ids) with ordinality missing (id, place)
        left join simon.customers c on b.entity = 'customer' and c.tenant_id = $1 and c.customer_id = id
        left join simon.articles a on b.entity = 'article' and a.tenant_id = $1 and a.article_id = id) as rows
     from unit4_poller.brakes b
     join integration.tenants t on t.tenant_id = b.tenant_id and t.epoch = b.epoch and t.status = 'active'
     where b.tenant_id = $1 and b.decision is null order by b.entity`,
    [tenantId],
  );
  return rows;
}
