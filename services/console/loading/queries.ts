import type { Queryable } from "../../shared/postgres.ts";
import type { NotedProgress } from "./domain/load-progress.ts";

export type EntityProgress = NotedProgress & { readonly entity: "customer" | "article" };

/** How far the first load of the present activation is; a list that was not begun is absent. */
export async function loadingOf(db: Queryable, tenantId: string): Promise<readonly EntityProgress[]> {
  const { rows } = await db.query<EntityProgress>(
    `select p.entity, p.done, p.total, p.started_at as "startedAt", p.updated_at as "updatedAt",
       p.finished_at as "finishedAt"
     from unit4_poller.progress p
     join integration.tenants t on t.tenant_id = p.tenant_id and t.epoch = p.epoch
     where p.tenant_id = $1 order by p.entity desc`,
    [tenantId],
  );
  return rows;
}
