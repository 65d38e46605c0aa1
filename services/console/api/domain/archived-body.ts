import { createHash } from "node:crypto";
import { z } from "zod";
import type { WorkorderArchived } from "../../../../schemas/records.ts";
import { parsePlainDecimal } from "../../../shared/domain/decimal.ts";
import { FIELDS } from "./api-fields.ts";

/**
 * No control characters. As ranges: the pattern stands in the description, and not every language has classes of Unicode.
 * biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
 */
const PRINTABLE = /^[^\u0000-\u001f\u007f-\u009f]+$/u;

/** As long as the ids of Simon and of Unit4 can be; they are part of keys. */
const id = z.string().min(1).max(200).regex(PRINTABLE, "has control characters");
const name = z.string().max(500);
const minutes = z.int().min(0).max(1_000_000).default(0);

const workAddress = z.strictObject({
  workAddressId: id.describe(FIELDS.workAddressId),
  customerId: id.describe(FIELDS.addressCustomerId),
  name: name.default(""),
  street: name.default(""),
  zipCode: name.default(""),
  city: name.default(""),
});

const material = z.strictObject({
  articleId: id.describe(FIELDS.articleId),
  quantity: z
    .string()
    .max(61)
    .regex(/^-?\d+(\.\d+)?$/, "must be digits with a point, such as 2.5")
    .refine((text) => parsePlainDecimal(text) !== null, "has too many digits")
    .describe(FIELDS.quantity),
  description: name.default(""),
});

/** An archived workorder as a program sends it: the event without what the console knows itself. */
export const archivedBody = z.strictObject({
  workorderId: id.describe(FIELDS.workorderId),
  workorderNumber: z.string().max(200).describe(FIELDS.workorderNumber),
  customerId: id.nullable().default(null).describe(FIELDS.customerId),
  workAddress: workAddress.nullable().default(null).describe(FIELDS.workAddress),
  description: z.string().max(100_000).default("").describe(FIELDS.description),
  reportedReady: z.boolean().describe(FIELDS.reportedReady),
  travelMinutes: minutes.describe(FIELDS.travelMinutes),
  workMinutes: minutes.describe(FIELDS.workMinutes),
  materials: z.array(material).max(1_000).default([]).describe(FIELDS.materials),
  archivedAt: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) > 0, "must be after 1970")
    .describe(FIELDS.archivedAt),
  archivedBy: name.default("").describe(FIELDS.archivedBy),
});

/** The event of a workorder that was sent in. */
export function archivedEvent(tenantId: string, body: z.infer<typeof archivedBody>): WorkorderArchived {
  return { tenantId, ...body, archivedAt: Date.parse(body.archivedAt), retry: null };
}

/** Clocks differ: a workorder from so far ahead is still taken. */
const AHEAD_MS = 5 * 60_000;

/** Whether it was archived at a time that is not yet: settings and activations of then are not known. */
export const isAhead = ({ archivedAt }: WorkorderArchived, nowMs: number): boolean =>
  archivedAt > nowMs + AHEAD_MS;

/** The same for the same content, however the time was written. Members stand in the order of the schema above. */
export const contentHash = (event: WorkorderArchived): Buffer =>
  createHash("sha256").update(JSON.stringify(event)).digest();
