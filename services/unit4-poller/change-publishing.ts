import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { KnownAddress, Sighting } from "./domain/change-event.ts";
import { contentHash } from "./domain/content-hash.ts";
import type { RowChange } from "./domain/list-comparison.ts";
import { SERVICE } from "./domain/service-name.ts";
import type { MasterList, UnreadableRow } from "./master-list.ts";
import type { Poller } from "./poller.ts";

/** What one look at a list has to tell. */
export type News<Value> = {
  readonly changes: readonly RowChange<Value>[];
  /** Invoice addresses that were looked up, by customer. */
  readonly addresses: ReadonlyMap<string, KnownAddress>;
  /** Ids of rows that are no longer there. */
  readonly gone: readonly string[];
  readonly unreadable: readonly UnreadableRow[];
};

export const isNews = (news: News<unknown>): boolean =>
  news.changes.length > 0 || news.gone.length > 0 || news.unreadable.length > 0;

/** Publishes changes, in the order of the ERP's answer, and what is remarkable about them; resolves on the acks. */
export async function publishNews<Value>(
  poller: Poller,
  list: MasterList<Value>,
  sighting: Sighting,
  news: News<Value>,
): Promise<void> {
  const records: OutgoingRecord[] = [
    ...news.changes.map(({ kind, observation }) =>
      kind === "seen"
        ? list.seenRecord(sighting, observation, news.addresses.get(observation.id) ?? null)
        : list.goneRecord(sighting, observation.id),
    ),
    ...news.gone.map((id) => list.goneRecord(sighting, id)),
    ...poller.messages.records(remarksOf(list, sighting, news)),
  ];
  await poller.publisher.publish(records);
  for (const { kind, observation } of news.changes)
    poller.telemetry.changesPublished(list.entity, kind === "seen" ? observation.change : "gone", 1);
  if (news.gone.length > 0) poller.telemetry.changesPublished(list.entity, "gone", news.gone.length);
}

/** One message per remarkable row. Its occurrence is the content, so that it is not said again at every scan. */
function remarksOf<Value>(
  list: MasterList<Value>,
  { tenantId, observedAt: at }: Sighting,
  news: News<Value>,
): readonly NewMessage[] {
  const dates = news.changes.flatMap(({ kind, row, observation: { id, name, remarks } }) =>
    kind === "seen"
      ? remarks.map(
          ({ text }): NewMessage => ({
            tenantId,
            code: list.codes.dateUnreadable,
            params: { id, name, value: text },
            recordId: id,
            recordName: name,
            at,
            service: SERVICE,
            occurrence: row.hash.toString(16),
          }),
        )
      : [],
  );
  const rows = news.unreadable.map(
    ({ id, reason }): NewMessage => ({
      tenantId,
      code: list.codes.rowUnreadable,
      params: { id, reason },
      recordId: id,
      at,
      service: SERVICE,
      occurrence: contentHash([id, reason]).toString(16),
    }),
  );
  return [...dates, ...rows];
}
