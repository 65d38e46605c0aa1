import type { ArticleChanged, CustomerChanged, OrderSettled } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { Avro, RecordDecoder, RecordEncoder } from "../shared/avro.ts";
import type { Clock } from "../shared/clock.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { Incoming } from "../shared/kafka/incoming.ts";
import { type PostgresRoute, route } from "../shared/kafka/postgres-route.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Connection } from "../shared/postgres.ts";
import { checkArticleChange, checkCustomerChange, strayTombstones } from "./domain/change-record.ts";
import { type LatestRecord, latestRecords } from "./domain/latest-records.ts";
import { mendedMessages } from "./domain/mended-messages.ts";
import { type Change, highestEpochs, type NewestRows, type Row } from "./domain/newest-rows.ts";
import { type Batch, type Projection, projectArticles, projectCustomers } from "./domain/projection.ts";
import { checkSettledOrder, newestOutcomes } from "./domain/settled-order.ts";
import { plainRoute } from "./plain-route.ts";
import { projectedTable } from "./projected-table.ts";
import { type ProjectionTables, SIMON_TABLES } from "./projection-tables.ts";
import { SIMON_ARTICLES } from "./simon-articles.ts";
import { SIMON_CUSTOMERS } from "./simon-customers.ts";
import { writeOutcomes } from "./simon-workorders.ts";
import { type FindRepairs, repairsFrom } from "./standing-rows.ts";
import type { Entity, ProjectorTelemetry } from "./telemetry.ts";
import { type EpochsTable, lockEpochs } from "./tenant-epochs.ts";
import { NOTHING_WRITTEN, type ProjectedTable, together, type Written } from "./written-rows.ts";

type Project<T extends Change> = (batch: Batch<T>) => Projection<T>;
type ChangeEncoders = {
  readonly customer: RecordEncoder<CustomerChanged>;
  readonly article: RecordEncoder<ArticleChanged>;
};
type Tools = {
  readonly messages: Pick<MessageLog, "records">;
  readonly telemetry: Pick<ProjectorTelemetry, "changesProjected" | "workordersSettled">;
  readonly now: Clock;
  /** Simon's own unless told. */
  readonly tables?: ProjectionTables;
};

/** Topics of which the routes below take the records. */
export const CONSUMED = [TOPICS.customerChanged.name, TOPICS.articleChanged.name, TOPICS.orderSettled.name];

/** Whole chunks at once, and no more of them than fit into 256 MB. */
export const FETCH_BYTES = { ofPartition: 1024 * 1024, inAll: 2 * 1024 * 1024 };

/** Encoders of the records that are put behind older ones. @throws what `encoder` throws */
export const changeEncoders = async (encoder: Avro["encoder"]): Promise<ChangeEncoders> => ({
  customer: await encoder(TOPICS.customerChanged.name, TOPICS.customerChanged.schema),
  article: await encoder(TOPICS.articleChanged.name, TOPICS.articleChanged.schema),
});

/** What this service does with the records of its topics; each batch in the transaction that moves its position. */
export function projectorRoutes(
  tools: Tools & {
    readonly avro: Avro;
    readonly encoders: ChangeEncoders;
  },
): readonly PostgresRoute[] {
  const { avro, encoders, tables = SIMON_TABLES } = tools;
  const { schema, staging } = tables;
  const customers = { ...SIMON_CUSTOMERS, table: `${schema}.customers` as const };
  const articles = { ...SIMON_ARTICLES, table: `${schema}.articles` as const };
  const { customerChanged, articleChanged } = TOPICS;
  return [
    changeRoute<CustomerChanged>(tools, {
      ...customerChanged,
      description: customers,
      table: projectedTable(customers, staging),
      decoder: avro.decoder(customerChanged.schema),
      check: checkCustomerChange,
      project: projectCustomers,
      findRepairs: repairsFrom(customers, customerChanged.name, encoders.customer),
    }),
    changeRoute<ArticleChanged>(tools, {
      ...articleChanged,
      description: articles,
      table: projectedTable(articles, staging),
      decoder: avro.decoder(articleChanged.schema),
      check: checkArticleChange,
      project: projectArticles,
      findRepairs: repairsFrom(articles, articleChanged.name, encoders.article),
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

const epochsOf = ({ tables = SIMON_TABLES }: Tools): EpochsTable => `${tables.schema}.tenant_epochs`;

type Following<T extends Change> = {
  readonly name: string;
  readonly schema: string;
  readonly description: Parameters<typeof plainRoute>[1]["description"];
  readonly table: ProjectedTable<T>;
  readonly decoder: RecordDecoder<T>;
  readonly check: (record: Incoming<T>) => string | null;
  readonly project: Project<T>;
  readonly findRepairs: FindRepairs;
};

/** Changes of customers or articles: plain ones by the short way. */
function changeRoute<T extends Change>(tools: Tools, following: Following<T>): PostgresRoute {
  const { name: topic, decoder, check, table } = following;
  const usual = route<T>({ topic, decoder, tombstones: true, check, apply: applyChanges(tools, following) });
  return plainRoute(usual, {
    ...following,
    copy: table.copy,
    epochsTable: epochsOf(tools),
    conclude: (done) => conclude(tools, table.entity, { ...done, wiped: 0, messages: [] }),
  });
}

/**
 * Changes of customers or articles: lock the tenants' epochs, wipe, write by version, say what is worth a warning, and
 * put the newest of a key last in its topic where it is not. A stray is let go from the partition in which it stands:
 * behind its tombstone the row is told anew, where it belongs.
 */
const applyChanges =
  <T extends Change>(tools: Tools, { table, project, findRepairs }: Following<T>) =>
  async (tx: Connection, records: readonly Incoming<T>[]): Promise<readonly OutgoingRecord[]> => {
    const epochs = await lockEpochs(tx, highestEpochs(records), epochsOf(tools));
    const newest = project({ records, epochs });
    const { wipes, rounds, warnings } = newest;
    const wiped = wipes.length === 0 ? 0 : await table.wipe(tx, wipes);
    const messages: NewMessage[] = [];
    let written = NOTHING_WRITTEN;
    for (const rows of rounds) {
      const suspects = rows.filter((row) => warnings.has(row));
      const newlySuspect = suspects.length === 0 ? [] : await table.newer(tx, suspects);
      messages.push(...newlySuspect.flatMap((row) => warnings.get(row) ?? []));
      const isWarned = (row: Row<T>): boolean => row.repaired ?? warnings.has(row);
      written = together(written, await table.write(tx, rows, isWarned));
    }
    const repairs = await findRepairs(tx, passedOver(latestRecords(records, epochs), newest, written.count));
    return [
      ...strayTombstones(records),
      ...conclude(tools, table.entity, { records: records.length, written, wiped, repairs, messages }),
    ];
  };

/** @returns what is published: repairs, what is worth telling, and what is in order again */
function conclude(
  { telemetry, messages: log, now }: Tools,
  entity: Entity,
  done: {
    readonly records: number;
    readonly written: Written;
    readonly wiped: number;
    readonly repairs: readonly OutgoingRecord[];
    readonly messages: readonly NewMessage[];
  },
): readonly OutgoingRecord[] {
  const { repairs, written, messages } = done;
  telemetry.changesProjected(entity, { ...done, repaired: repairs.length, nowMs: now() });
  return [...repairs, ...log.records([...messages, ...mendedMessages(entity, written.mended)])];
}

/** Those of the latest records that may stand behind a newer one: all, unless every row that was chosen was written. */
function passedOver<T extends Change>(
  latest: readonly LatestRecord[],
  { rounds }: NewestRows<T>,
  written: number,
): readonly LatestRecord[] {
  const chosen = new Set(rounds.flatMap((rows) => rows.map(({ place }) => place)));
  return written < chosen.size ? latest : latest.filter(({ place }) => !chosen.has(place));
}

const applySettledOrders =
  (tools: Tools) =>
  async (tx: Connection, records: readonly Incoming<OrderSettled>[]): Promise<readonly OutgoingRecord[]> => {
    const table = `${(tools.tables ?? SIMON_TABLES).schema}.workorder_outcomes` as const;
    tools.telemetry.workordersSettled(
      await writeOutcomes(tx, newestOutcomes(records), table, epochsOf(tools)),
    );
    return [];
  };
