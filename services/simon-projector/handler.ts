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
import { type Change, highestEpochs } from "./domain/newest-rows.ts";
import { type Batch, type Projection, projectArticles, projectCustomers } from "./domain/projection.ts";
import { checkSettledOrder, newestOutcomes } from "./domain/settled-order.ts";
import { SIMON_ARTICLES } from "./simon-articles.ts";
import { SIMON_CUSTOMERS } from "./simon-customers.ts";
import { writeOutcomes } from "./simon-workorders.ts";
import type { ProjectorTelemetry } from "./telemetry.ts";
import { holdEpochs } from "./tenant-epochs.ts";
import { NOTHING_WRITTEN, type ProjectedTable, together } from "./written-rows.ts";

type Project<T extends Change> = (batch: Batch<T>) => Projection<T>;
type Tools = { readonly telemetry: ProjectorTelemetry; readonly now: Clock };

/** What this service does with the records of its topics; each batch in the transaction that moves its position. */
export function projectorRoutes(tools: Tools & { readonly avro: Avro }): readonly PostgresRoute[] {
  const { avro } = tools;
  return [
    route<CustomerChanged>({
      topic: TOPICS.customerChanged.name,
      decoder: avro.decoder(TOPICS.customerChanged.schema),
      tombstones: true,
      check: checkCustomerChange,
      apply: applyChanges(tools, SIMON_CUSTOMERS, projectCustomers),
    }),
    route<ArticleChanged>({
      topic: TOPICS.articleChanged.name,
      decoder: avro.decoder(TOPICS.articleChanged.schema),
      tombstones: true,
      check: checkArticleChange,
      apply: applyChanges(tools, SIMON_ARTICLES, projectArticles),
    }),
    route<OrderSettled>({
      topic: TOPICS.orderSettled.name,
      decoder: avro.decoder(TOPICS.orderSettled.schema),
      tombstones: false,
      check: checkSettledOrder,
      apply: applySettledOrders(tools),
    }),
  ];
}

/** Changes of customers or articles: hold the tenants' epochs, wipe, write by version, say what is worth a warning. */
const applyChanges =
  <T extends Change>(tools: Tools, table: ProjectedTable<T>, project: Project<T>) =>
  async (tx: Connection, records: readonly Incoming<T>[]): Promise<readonly NewMessage[]> => {
    const epochs = await holdEpochs(tx, highestEpochs(records));
    const { wipes, rounds, warnings } = project({ records, epochs });
    const wiped = wipes.length === 0 ? 0 : await table.wipe(tx, wipes);
    const messages: NewMessage[] = [];
    let written = NOTHING_WRITTEN;
    for (const rows of rounds) {
      const suspects = rows.filter((row) => warnings.has(row));
      const newlySuspect = suspects.length === 0 ? [] : await table.newer(tx, suspects);
      messages.push(...newlySuspect.flatMap((row) => warnings.get(row) ?? []));
      written = together(written, await table.write(tx, rows, (row) => warnings.has(row)));
    }
    const batch = { records: records.length, written, wiped, nowMs: tools.now() };
    tools.telemetry.changesProjected(table.entity, batch);
    return [...messages, ...mendedMessages(table.entity, written.mended)];
  };

const applySettledOrders =
  ({ telemetry }: Tools) =>
  async (tx: Connection, records: readonly Incoming<OrderSettled>[]): Promise<readonly NewMessage[]> => {
    telemetry.workordersSettled(await writeOutcomes(tx, newestOutcomes(records)));
    return [];
  };
