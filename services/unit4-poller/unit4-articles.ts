import type { Article, ArticleChanged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "../shared/avro.ts";
import { type ArticleFilter, passesFilter, resolveArticleFilter } from "../shared/domain/article-filter.ts";
import { recordKey } from "../shared/domain/record-key.ts";
import type { Settings } from "../shared/domain/settings.ts";
import { articleState } from "../shared/domain/unit4-states.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { Unit4Tenant } from "../shared/unit4/http/errors.ts";
import { parseArticleBlocks, type UnitArticle } from "../shared/unit4/master-data/articles.ts";
import { articleGone, articleSeen } from "./domain/change-event.ts";
import { choicesHash } from "./domain/choices-hash.ts";
import type { Observation } from "./domain/observation.ts";
import { type Answer, ARTICLE_CODES, type MasterList } from "./master-list.ts";
import type { Poller } from "./poller.ts";
import type { Turn } from "./turn.ts";
import { answerForOne, answerOf, changeDate, readingOf } from "./unit4-answers.ts";

/** The articles of one tenant, as a filter lets them come over. */
export function articleList(poller: Poller, tenant: Unit4Tenant, filter: ArticleFilter): MasterList<Article> {
  const { unit4, encoders } = poller;
  const observe = (row: UnitArticle): Observation<Article> => observeArticle(row, filter);
  return {
    entity: "article",
    filter,
    choicesHash: choicesHash(filter),
    codes: ARTICLE_CODES,
    fetchPage: async (page) => answerOf(await unit4.fetchArticlePage(tenant, page), ({ body }) => body),
    read: (body) => readingOf(parseArticleBlocks(body), observe),
    find: async (id) => answerForOne(await unit4.findArticle(tenant, id), (found) => found && observe(found)),
    findAddress: null,
    seenRecord: (sighting, seen) => record(encoders.article, articleSeen(sighting, seen)),
    goneRecord: (sighting, id) => record(encoders.article, articleGone(sighting, id)),
  };
}

/** The filter of the tenant's settings; Unit4 is asked for its groups only where the settings name some. */
export async function articleFilter(
  poller: Poller,
  turn: Turn,
  before: ArticleFilter | null,
): Promise<Answer<ArticleFilter>> {
  const settings: Settings = turn.settings;
  if (settings.articleGroups.length === 0)
    return { kind: "ok", value: resolveArticleFilter(settings, [], before) };
  const groups = await turn.ask(() => poller.unit4.fetchArticleGroups(turn.lease));
  return answerOf(groups, (entries) =>
    resolveArticleFilter(
      settings,
      entries.map(({ name, value }) => ({ groupId: name, name: value })),
      before,
    ),
  );
}

const record = (encoder: RecordEncoder<ArticleChanged>, event: ArticleChanged): OutgoingRecord => ({
  topic: TOPICS.articleChanged.name,
  key: recordKey(event.tenantId, event.articleId),
  value: encoder.encode(event),
});

/** An article of Unit4 in our fields. */
export function observeArticle(row: UnitArticle, filter: ArticleFilter): Observation<Article> {
  return {
    id: row.productId,
    name: row.description,
    change: articleState(row.productState),
    stateCode: String(row.productState),
    passes: passesFilter(filter, { groupId: row.productGroupId, type: row.productType }),
    organizationId: 0,
    wantsAddress: false,
    ...changeDate(row.lastUpdate),
    value: {
      articleId: row.productId,
      description: row.description,
      shortName: row.shortName,
      groupId: row.productGroupId,
      type: row.productType,
      unit: row.unit,
      quantityScale: row.quantityScale,
      priceExclVat: row.priceExclVat,
      priceInclVat: row.priceInclVat,
      vatCodeId: row.vatCodeId,
      eanCode: row.eanCode,
    },
  };
}
