import type { MessageLogged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordEncoder } from "./avro.ts";
import { messageLogged, type NewMessage } from "./domain/message-catalogue.ts";
import { recordKey } from "./domain/record-key.ts";
import type { OutgoingRecord, Publisher } from "./kafka/producer.ts";

export type MessageLog = {
  /** Publishes messages; resolves when the broker has them. Repeats are folded by their ids in the log. */
  log(messages: readonly NewMessage[]): Promise<void>;
  /** The same as records, for a caller that publishes them with others. */
  records(messages: readonly NewMessage[]): readonly OutgoingRecord[];
};

/** Says messages to office staff and operators through the message topic. */
export function createMessageLog(publisher: Publisher, encoder: RecordEncoder<MessageLogged>): MessageLog {
  const records = (messages: readonly NewMessage[]): readonly OutgoingRecord[] =>
    messages.map(messageLogged).map((message) => ({
      topic: TOPICS.messageLogged.name,
      key: recordKey(message.tenantId, message.messageId),
      value: encoder.encode(message),
    }));
  return {
    records,
    log: async (messages) => {
      if (messages.length > 0) await publisher.publish(records(messages));
    },
  };
}
