import {
  type CatalogueEntry,
  MESSAGE_CATALOGUE,
  type MessageCode,
  type NewMessage,
} from "../../../shared/domain/message-catalogue.ts";
import { SERVICE } from "../../parts/domain/service-name.ts";
import { SIMON_PARTS, type SimonPart } from "./simon-parts.ts";

const CODE_OF_PART: Readonly<Record<SimonPart, MessageCode>> = {
  customers: "CUSTOMERS_EMPTIED",
  workAddresses: "WORK_ADDRESSES_EMPTIED",
  articles: "ARTICLES_EMPTIED",
  workorders: "WORKORDERS_EMPTIED",
};

/** Record id that stands for every record of a table: the log closes open messages of all of them. */
const EVERY_RECORD = "*";

/** Tells that data were emptied, which ends every open message about them (rule L5). */
export function emptiedMessages(emptying: {
  readonly tenantId: string;
  readonly epoch: number;
  readonly parts: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly by: string;
  readonly at: Date;
}): readonly NewMessage[] {
  const { tenantId, epoch, parts, counts, by, at } = emptying;
  return SIMON_PARTS.filter((part) => parts.includes(part)).map((part) => ({
    tenantId,
    code: CODE_OF_PART[part],
    params: { count: String(counts[part] ?? 0), by },
    recordId: EVERY_RECORD,
    closes: codesAbout(CODE_OF_PART[part]),
    at: at.getTime(),
    service: SERVICE,
    occurrence: epoch,
  }));
}

/** Codes of everything that can be open about the same table. */
function codesAbout(code: MessageCode): readonly MessageCode[] {
  const entries = Object.entries(MESSAGE_CATALOGUE) as readonly (readonly [MessageCode, CatalogueEntry])[];
  const { table } = MESSAGE_CATALOGUE[code];
  return entries.filter(([, entry]) => entry.table === table && entry.kind !== "info").map(([one]) => one);
}
