import type { ArticleChanged } from "../../schemas/records.ts";
import type { Connection } from "../shared/postgres.ts";
import { type CopyValue, copyRows } from "./copy-rows.ts";
import type { Wipe } from "./domain/newest-rows.ts";
import type { ArticleRow } from "./domain/projection.ts";
import { keyArrays, NOTHING_WRITTEN, type ProjectedTable, together, type Written } from "./written-rows.ts";

/** Articles of Simon, as Unit4 has them. */
export const SIMON_ARTICLES: ProjectedTable<ArticleChanged> = {
  entity: "article",
  wipe: wipeArticles,
  newer: newerArticles,
  write: writeArticles,
};

async function writeArticles(
  tx: Connection,
  rows: readonly ArticleRow[],
  isWarned: (row: ArticleRow) => boolean,
): Promise<Written> {
  const whole = rows.filter(({ change }) => change.article !== null);
  const bare = rows.filter(({ change }) => change.article === null);
  const written = whole.length === 0 ? NOTHING_WRITTEN : await upsertArticles(tx, whole, isWarned);
  return bare.length === 0 ? written : together(written, await markArticlesGone(tx, bare));
}

async function upsertArticles(
  tx: Connection,
  rows: readonly ArticleRow[],
  isWarned: (row: ArticleRow) => boolean,
): Promise<Written> {
  const staged = rows.map((row) => stagedArticle(row, isWarned(row)));
  const [written] = await copyRows<Written>(tx, UPSERT_ARTICLES, staged);
  return written ?? NOTHING_WRITTEN;
}

/** @returns number of rows wiped */
async function wipeArticles(tx: Connection, wipes: readonly Wipe[]): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from simon.articles using unnest($1::text[], $2::text[], $3::int[]) wipe (tenant_id, article_id, below_epoch)
     where articles.tenant_id = wipe.tenant_id and articles.article_id = wipe.article_id
       and (wipe.below_epoch is null or articles.epoch < wipe.below_epoch)`,
    [...keyArrays(wipes), wipes.map(({ belowEpoch }) => belowEpoch)],
  );
  return rowCount ?? 0;
}

/** Those of the rows that are newer than what is there. */
async function newerArticles(tx: Connection, rows: readonly ArticleRow[]): Promise<readonly ArticleRow[]> {
  const { rows: found } = await tx.query<{ position: number }>(
    `select position::int from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
       with ordinality seen (tenant_id, article_id, epoch, revision, record_offset, position)
     where not exists (
       select from simon.articles known
       where known.tenant_id = seen.tenant_id and known.article_id = seen.article_id
         and (known.epoch, known.revision, known.record_offset) >= (seen.epoch, seen.revision, seen.record_offset))`,
    [
      ...keyArrays(rows),
      rows.map(({ change }) => change.epoch),
      rows.map(({ change }) => change.revision),
      rows.map(({ offset }) => offset),
    ],
  );
  const positions = new Set(found.map(({ position }) => position));
  return rows.filter((_, index) => positions.has(index + 1));
}

/** An article that is gone and came without its fields keeps them; see the customers' statement. */
async function markArticlesGone(tx: Connection, rows: readonly ArticleRow[]): Promise<Written> {
  const { rows: observed } = await tx.query<{ observedAtMs: number }>(
    `insert into simon.articles as known
       (tenant_id, article_id, epoch, revision, record_offset, changed_on, observed_at, origin, state)
     select tenant_id, article_id, epoch, revision, record_offset, changed_on, to_timestamp(observed_at_ms / 1000.0),
       'unit4', 'removed'
     from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::date[], $7::bigint[])
       gone (tenant_id, article_id, epoch, revision, record_offset, changed_on, observed_at_ms)
     on conflict (tenant_id, article_id) do update set
       epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
       origin = excluded.origin, changed_on = excluded.changed_on,
       observed_at = excluded.observed_at, updated_at = now(),
       state = case known.state when 'removed' then 'removed' else 'gone' end
     where (known.epoch, known.revision, known.record_offset)
       < (excluded.epoch, excluded.revision, excluded.record_offset)
     returning (extract(epoch from observed_at) * 1000)::bigint as "observedAtMs"`,
    [
      ...keyArrays(rows),
      rows.map(({ change }) => change.epoch),
      rows.map(({ change }) => change.revision),
      rows.map(({ offset }) => offset),
      rows.map(({ change }) => change.changedOn),
      rows.map(({ change }) => change.observedAt),
    ],
  );
  return {
    count: observed.length,
    observedAtMs: observed.slice(0, 200).map(({ observedAtMs }) => observedAtMs),
    mended: [],
  };
}

/** The columns of staged_articles, in its order. */
function stagedArticle(
  { tenantId, entityId, offset, state, change }: ArticleRow,
  warned: boolean,
): CopyValue[] {
  const { article } = change;
  if (article === null) return [];
  return [
    tenantId,
    entityId,
    change.epoch,
    change.revision,
    offset,
    state,
    article.description,
    article.shortName,
    article.groupId,
    article.type,
    article.unit,
    article.quantityScale,
    article.priceExclVat,
    article.priceInclVat,
    article.vatCodeId,
    article.eanCode,
    change.changedOn,
    change.observedAt,
    warned,
  ];
}

const UPSERT_ARTICLES = `
create temp table if not exists staged_articles (
  tenant_id text, article_id text, epoch integer, revision bigint, record_offset bigint, state text, description text,
  short_name text, group_id text, type integer, unit text, quantity_scale integer, price_excl_vat numeric,
  price_incl_vat numeric, vat_code_id integer, ean_code text, changed_on date, observed_at_ms float8, warned boolean
) on commit delete rows;
delete from staged_articles;
copy staged_articles from stdin;
with written as (
  insert into simon.articles as known (
    tenant_id, article_id, epoch, revision, record_offset, state, description, short_name, group_id, type, unit,
    quantity_scale, price_excl_vat, price_incl_vat, vat_code_id, ean_code, changed_on, warned, observed_at, origin)
  select
    tenant_id, article_id, epoch, revision, record_offset, state, description, short_name, group_id, type, unit,
    quantity_scale, price_excl_vat, price_incl_vat, vat_code_id, ean_code, changed_on, warned,
    to_timestamp(observed_at_ms / 1000), 'unit4'
  from staged_articles
  on conflict (tenant_id, article_id) do update set
    epoch = excluded.epoch, revision = excluded.revision, record_offset = excluded.record_offset,
    state = excluded.state, description = excluded.description, short_name = excluded.short_name,
    group_id = excluded.group_id, type = excluded.type, unit = excluded.unit,
    quantity_scale = excluded.quantity_scale, price_excl_vat = excluded.price_excl_vat,
    price_incl_vat = excluded.price_incl_vat, vat_code_id = excluded.vat_code_id, ean_code = excluded.ean_code,
    changed_on = excluded.changed_on, warned = excluded.warned,
    observed_at = excluded.observed_at, origin = excluded.origin, updated_at = now(),
    kept_since = case excluded.state when 'active' then null else known.kept_since end
  where (known.epoch, known.revision, known.record_offset)
    < (excluded.epoch, excluded.revision, excluded.record_offset)
  returning new.tenant_id, new.article_id, new.description, new.epoch, new.revision, new.observed_at,
    old.warned and not new.warned as is_clean, old.kept_since is not null and new.kept_since is null as is_usable
)
select
  (select count(*)::int from written) as count,
  array(select extract(epoch from observed_at)::float8 * 1000 from written limit 200) as "observedAtMs",
  (select coalesce(json_agg(json_build_object('tenantId', tenant_id, 'entityId', article_id, 'name', description,
     'epoch', epoch, 'revision', revision, 'writtenAtMs', round(extract(epoch from now()) * 1000),
     'isClean', is_clean, 'isUsable', is_usable)), '[]')
   from written where is_clean or is_usable) as mended`;
