import type { ArticleChanged, CustomerChanged, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { Avro } from "../shared/avro.ts";
import type { Clock } from "../shared/clock.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { Incoming } from "../shared/kafka/incoming.ts";
import { type PostgresRoute, route } from "../shared/kafka/postgres-route.ts";
import type { Connection } from "../shared/postgres.ts";
import { checkArticleChange, checkCustomerChange } from "./domain/change-record.ts";
import { mendedMessages } from "./domain/mended-messages.ts";
import { highestEpochs } from "./domain/newest-rows.ts";
import { messagesOf, projectArticles, projectCustomers } from "./domain/projection.ts";
import { checkSettledOrder, newestOutcomes } from "./domain/settled-order.ts";
import { newerArticles, wipeArticles, writeArticles } from "./simon-articles.ts";
import { newerCustomers, wipeCustomers, writeCustomers } from "./simon-customers.ts";
import { writeOutcomes } from "./simon-workorders.ts";
import type { ProjectorTelemetry } from "./telemetry.ts";
import { holdEpochs } from "./tenant-epochs.ts";

type Tools = { readonly telemetry: ProjectorTelemetry; readonly now: Clock };

/** What this service does with the records of its topics; each batch in the transaction that moves its position. */
export function projectorRoutes(options: Tools & { readonly avro: Avro }): readonly PostgresRoute[] {
  const { avro } = options;
  return [
    route<CustomerChanged>({
      topic: TOPICS.customerChanged.name,
      decoder: avro.decoder(TOPICS.customerChanged.schema),
      tombstones: true,
      check: checkCustomerChange,
      apply: (tx, records) => applyCustomerChanges(options, tx, records),
    }),
    route<ArticleChanged>({
      topic: TOPICS.articleChanged.name,
      decoder: avro.decoder(TOPICS.articleChanged.schema),
      tombstones: true,
      check: checkArticleChange,
      apply: (tx, records) => applyArticleChanges(options, tx, records),
    }),
    route<OrderSettled>({
      topic: TOPICS.orderSettled.name,
      decoder: avro.decoder(TOPICS.orderSettled.schema),
      tombstones: false,
      check: checkSettledOrder,
      apply: (tx, records) => applySettledOrders(options, tx, records),
    }),
  ];
}

async function applyCustomerChanges(
  { telemetry, now }: Tools,
  tx: Connection,
  records: readonly Incoming<CustomerChanged>[],
): Promise<readonly NewMessage[]> {
  const epochs = await holdEpochs(tx, highestEpochs(records));
  const { wipes, rows, warnings } = projectCustomers({ records, epochs });
  const wiped = wipes.length === 0 ? 0 : await wipeCustomers(tx, wipes);
  const newlyWarned = warnings.size === 0 ? [] : await newerCustomers(tx, rows.filter(({ key }) => warnings.has(key)));
  const written = await writeCustomers(tx, rows, (row) => warnings.has(row.key));
  telemetry.changesProjected("customer", { records: records.length, written, wiped, nowMs: now() });
  return [...messagesOf(newlyWarned, warnings), ...mendedMessages("customer", written.mended)];
}
