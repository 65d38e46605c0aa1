import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { SERVICE } from "./service-name.ts";

/** A row of which earlier warnings ended with this version (L5). */
export type MendedRow = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly name: string;
  /** Version that ended them. */
  readonly epoch: number;
  readonly revision: number;
  /** When it was written, milliseconds since 1970 UTC. */
  readonly writtenAtMs: number;
  /** Its state is known and its texts are clean again. */
  readonly isClean: boolean;
  /** It is usable again, so the cleaning no longer wants to remove it. */
  readonly isUsable: boolean;
};

type Sayings = {
  readonly code: MessageCode;
  readonly whenClean: readonly MessageCode[];
  readonly whenUsable: readonly MessageCode[];
};

const SAYINGS: Readonly<Record<"customer" | "article", Sayings>> = {
  customer: {
    code: "CUSTOMER_IN_ORDER",
    whenClean: ["CUSTOMER_STATE_UNKNOWN", "CUSTOMER_TEXT_CLEANED"],
    whenUsable: ["CUSTOMER_KEPT_IN_USE", "CUSTOMER_ADDRESSES_LEFT"],
  },
  article: {
    code: "ARTICLE_IN_ORDER",
    whenClean: ["ARTICLE_STATE_UNKNOWN", "ARTICLE_TEXT_CLEANED"],
    whenUsable: ["ARTICLE_KEPT_IN_USE"],
  },
};

/** Messages that close the warnings about rows which are in order again. */
export function mendedMessages(
  entity: "customer" | "article",
  rows: readonly MendedRow[],
): readonly NewMessage[] {
  const { code, whenClean, whenUsable } = SAYINGS[entity];
  return rows.map((row) => ({
    tenantId: row.tenantId,
    code,
    params: { id: row.entityId, name: row.name },
    recordId: row.entityId,
    recordName: row.name,
    closes: [...(row.isClean ? whenClean : []), ...(row.isUsable ? whenUsable : [])],
    at: row.writtenAtMs,
    service: SERVICE,
    occurrence: `${row.epoch}/${row.revision}`,
  }));
}
