import { type RecordHeader, textHeader, unpackHeaders } from "./record-headers.ts";

/** A letter that was put back, as its record says it: where the record stood first, who set it aside, and how often it was put back. */
export type PutBack = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  /** 1 for the first time. */
  readonly attempt: number;
};

/** Header of a record that was put back, the last one of all. */
export const PUT_BACK_HEADER = "x-put-back";

const SAID = /^([1-9]\d{0,8}) ([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15}) ([\w.-]{1,249})$/;

/** What a record says that it is put back as. */
export const putBackHeader = ({ topic, partition, offset, group, attempt }: PutBack): RecordHeader =>
  textHeader(PUT_BACK_HEADER, `${attempt} ${topic}/${partition}/${offset} ${group}`);

/** Which letter a record is; null for one that was not put back. */
export function putBackIn(record: {
  readonly headers: Readonly<Record<string, string>>;
  readonly headerBytes: Buffer | null;
}): PutBack | null {
  if (record.headers[PUT_BACK_HEADER] === undefined) return null;
  // A record may have had such a header of its own before.
  const last = unpackHeaders(record.headerBytes).at(-1);
  if (last?.name.toString() !== PUT_BACK_HEADER) return null;
  const [, attempt, topic, partition, offset, group] = SAID.exec(last.value?.toString() ?? "") ?? [];
  if (topic === undefined || group === undefined) return null;
  const place = { topic, partition: Number(partition), offset: Number(offset) };
  return { ...place, group, attempt: Number(attempt) };
}
