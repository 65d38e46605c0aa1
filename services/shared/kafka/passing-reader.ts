import { describeError } from "../domain/failure.ts";
import { type KafkaClient, withAdmin } from "./client.ts";
import type { RawRecord } from "./incoming.ts";

/** How the names of groups begin that live as long as one search. */
export const SEARCH_GROUPS = "find-";

/** Deletes the group of a short-lived reader. One that committed nothing may have vanished by itself. */
export async function forgetGroup(client: KafkaClient, groupId: string): Promise<void> {
  try {
    await withAdmin(client, (admin) => admin.deleteGroups([groupId]));
  } catch (error) {
    client.log.debug("group_not_deleted", { groupId, error: describeError(error) });
  }
}

/** The record with copies of its buffers: they are views of a whole fetch, which a copy lets go. */
export const detached = (record: RawRecord): RawRecord => ({
  ...record,
  value: record.value === null ? null : Buffer.from(record.value),
  key: record.key === null ? null : Buffer.from(record.key),
  headerBytes: record.headerBytes === null ? null : Buffer.from(record.headerBytes),
});
