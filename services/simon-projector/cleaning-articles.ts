import type { Connection } from "../shared/postgres.ts";
import type { CleanedTable, Page } from "./cleaning-table.ts";
import type { Candidate } from "./domain/cleaning.ts";

/** Articles as the cleaning sees them. */
export const CLEANED_ARTICLES: CleanedTable = {
  entity: "article",
  candidates: articlesToClean,
  remove: async (tx, tenantId, articleIds) => {
    await deleteArticlesAddedByHand(tx, tenantId, articleIds);
    await markArticlesRemoved(tx, tenantId, articleIds);
  },
  keep: keepArticles,
};

async function articlesToClean(
  tx: Connection,
  { tenantId, afterId, limit }: Page,
): Promise<readonly Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `with uses as materialized (
       select material ->> 'articleId' as article_id, array_agg(distinct number order by number) as workorders
       from simon.workorders, jsonb_array_elements(materials) material
       where tenant_id = $1 and status <> 'archived' group by 1)
     select article_id as "entityId", description as name, epoch, revision,
       (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs", kept_since is not null as "isKept",
       coalesce(workorders, '{}') as workorders
     from simon.articles left join uses using (article_id)
     where tenant_id = $1 and article_id > $2
       and (state in ('inactive', 'gone') or (origin = 'simon' and state <> 'removed'))
     order by article_id
     limit $3`,
    [tenantId, afterId, limit],
  );
  return rows;
}

/** No event can bring these back, so nothing has to be kept of them. */
async function deleteArticlesAddedByHand(
  tx: Connection,
  tenantId: string,
  articleIds: readonly string[],
): Promise<void> {
  await tx.query(
    "delete from simon.articles where tenant_id = $1 and article_id = any($2) and origin = 'simon'",
    [tenantId, articleIds],
  );
}

/** The version stays, so that a replay does not bring the row back. */
async function markArticlesRemoved(
  tx: Connection,
  tenantId: string,
  articleIds: readonly string[],
): Promise<void> {
  await tx.query(
    `update simon.articles set state = 'removed', kept_since = null, warned = false, updated_at = now()
     where tenant_id = $1 and article_id = any($2)`,
    [tenantId, articleIds],
  );
}

async function keepArticles(tx: Connection, tenantId: string, articleIds: readonly string[]): Promise<void> {
  await tx.query(
    "update simon.articles set kept_since = now() where tenant_id = $1 and article_id = any($2)",
    [tenantId, articleIds],
  );
}
