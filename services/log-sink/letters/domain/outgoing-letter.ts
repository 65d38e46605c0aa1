import { partitionFor } from "../../../shared/domain/partitioner.ts";
import { putBackHeader } from "../../../shared/domain/put-back.ts";
import { packHeaders, textHeader, unpackHeaders } from "../../../shared/domain/record-headers.ts";
import { parseRecordKey } from "../../../shared/domain/record-key.ts";

/** A letter as its record is written again. */
type Letter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  readonly attempt: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly headerBytes: Buffer | null;
};

/**
 * The record of a letter: key, value and headers byte for byte, and behind them which letter it is. It stands where its tenant's records
 * stand now; one whose key names no tenant goes back to its partition.
 * @param partitions how many its topic has
 */
export function outgoingLetter(letter: Letter, partitions: number) {
  const { topic, key, value } = letter;
  const original =
    letter.headerBytes === null
      ? Object.entries(letter.headers).map(([name, text]) => textHeader(name, text))
      : unpackHeaders(letter.headerBytes);
  return {
    ...{ topic, key, value },
    headerBytes: packHeaders([...original, putBackHeader(letter)]),
    partition: partitionOf(letter, partitions),
  };
}

function partitionOf({ key, partition }: Letter, partitions: number): number {
  const parsed = key === null ? null : parseRecordKey(key.toString());
  return parsed === null ? partition % partitions : partitionFor(Buffer.from(parsed.tenantId), partitions);
}
