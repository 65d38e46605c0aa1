import { cleanedTable } from "./cleaning-table.ts";
import { SIMON_ARTICLES } from "./simon-articles.ts";

/** Articles as the cleaning sees them: nothing hangs on them, and nothing in them is about a person. */
export const CLEANED_ARTICLES = cleanedTable(SIMON_ARTICLES, {
  uses: `select material ->> 'articleId' as article_id, array_agg(distinct number order by number) as workorders
    from simon.workorders, jsonb_array_elements(materials) material
    where tenant_id = $1 and status <> 'archived' group by 1`,
  livesOn: "null::jsonb",
  cleared: "",
  removeBeside: async () => {},
});
